package dev.weft.reliability.simulation;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs seeds with {@link SteppingClasses}: chance decides who goes on before each access to what
 * threads share, not only where a thread waits. Another seed of the same number than outside.
 *
 * <p>One thread, which is a world's own.
 */
final class FineWorld {

  private final ClassLoader classes =
      new SteppingClasses(requireNonNull(FineWorld.class.getClassLoader()));

  /** As {@link SeedRun#of(long, Consumer)}. */
  SeedRun run(long seed, @Nullable Consumer<String> reader) {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(classes);
    try {
      Method run =
          classes.loadClass(SeedRun.class.getName()).getMethod("of", long.class, Consumer.class);
      return fromInside((Record) requireNonNull(run.invoke(null, seed, reader)));
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("seed " + seed + " cannot be run", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("seed " + seed + " cannot be run", e);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** There it is a record of another class, of the same name. */
  private static SeedRun fromInside(Record inside) throws ReflectiveOperationException {
    RecordComponent[] components = inside.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = components[i].getAccessor().invoke(inside);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Constructor<SeedRun> constructor = SeedRun.class.getDeclaredConstructor(types);
    return constructor.newInstance(values);
  }
}
