package dev.weft.testing;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Simulation} needs of the JDK's inside: virtual threads that are run by whom it
 * wants, and which thread it is that is to be run. A virtual thread that is started by another one
 * has its scheduler.
 *
 * <p>Any thread.
 */
final class SimulatedThreads {

  private static final int NO_STATE = Integer.MIN_VALUE;

  /** A virtual thread's state, and what it is after the thread has waited for a monitor. */
  private volatile @Nullable Field state;

  private volatile int unblocked;

  /** Which thread a continuation is of; found when the first one is seen. */
  private volatile @Nullable Field threadOfContinuation;

  /**
   * Makes threads that are run by the executor: each time that one can go on, it is given what
   * continues it, to be run once on a platform thread.
   *
   * @throws IllegalStateException when the JVM does not let us
   */
  Thread unstarted(Executor scheduler, String name, Runnable body) {
    try {
      return unstartedByBuilder(scheduler, name, body);
    } catch (InaccessibleObjectException e) {
      Module own = SimulatedThreads.class.getModule();
      throw new IllegalStateException(
          "a simulation needs the JVM flag --add-opens java.base/java.lang="
              + (own.isNamed() ? own.getName() : "ALL-UNNAMED"),
          e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("a simulated thread cannot be made", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Java " + Runtime.version() + " does not allow virtual threads a scheduler of their own",
          e);
    }
  }

  private static Thread unstartedByBuilder(Executor scheduler, String name, Runnable body)
      throws ReflectiveOperationException {
    Constructor<?> builder;
    try {
      builder =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
    } catch (ReflectiveOperationException e) {
      return unstartedByFactory(scheduler, name, body);
    }
    builder.setAccessible(true);
    return ((Thread.Builder.OfVirtual) builder.newInstance(scheduler)).name(name).unstarted(body);
  }

  /** Where the builder that the JDK keeps for its own tests is gone. */
  private static Thread unstartedByFactory(Executor scheduler, String name, Runnable body)
      throws ReflectiveOperationException {
    Method factory =
        Class.forName("java.lang.ThreadBuilders")
            .getDeclaredMethod(
                "newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
    factory.setAccessible(true);
    return (Thread) requireNonNull(factory.invoke(null, scheduler, name, 0, body));
  }

  /**
   * The thread that this continues.
   *
   * @throws IllegalStateException when that cannot be found out
   */
  Thread threadOf(Runnable continuation) {
    Field field = threadOfContinuation;
    try {
      if (field == null) {
        field = findThread(continuation);
        threadOfContinuation = field;
      }
      return (Thread) requireNonNull(field.get(continuation));
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "Java " + Runtime.version() + " does not say which thread it is that can go on", e);
    }
  }

  /**
   * Whether the thread waits, or has just waited, for a monitor. Those of the JDK's own that
   * threads outside hold for an instant are no business of a simulation's.
   *
   * <p>Before JDK 24, who waits for a monitor keeps the carrier, and nobody sees it.
   */
  boolean isBlocked(Thread thread) {
    return thread.getState() == Thread.State.BLOCKED || wasBlocked(thread);
  }

  /** Whether the thread can go on after it has waited for a monitor. */
  boolean wasBlocked(Thread thread) {
    Field field = state;
    try {
      if (field == null) {
        field = thread.getClass().getDeclaredField("state");
        field.setAccessible(true);
        unblocked = constant(thread.getClass(), "UNBLOCKED");
        state = field;
      }
      return field.getInt(thread) == unblocked;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Java " + Runtime.version() + " does not say what a thread waits for", e);
    }
  }

  private static int constant(Class<?> type, String name) throws IllegalAccessException {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field.getInt(null);
    } catch (NoSuchFieldException e) {
      return NO_STATE;
    }
  }

  private static Field findThread(Runnable continuation) throws NoSuchFieldException {
    for (Field field : continuation.getClass().getDeclaredFields()) {
      if (Thread.class.isAssignableFrom(field.getType())) {
        field.setAccessible(true);
        return field;
      }
    }
    throw new NoSuchFieldException("a thread in " + continuation.getClass());
  }
}
