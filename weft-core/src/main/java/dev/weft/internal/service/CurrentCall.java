package dev.weft.internal.service;

import dev.weft.CallContext;
import java.lang.Thread.UncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;

/** Which call a thread serves just now. */
public final class CurrentCall {

  /** A call in its handler. */
  public interface Running extends CallContext {
    /** Nanoseconds until its deadline, zero or less when that is over. */
    long remainingNanos();
  }

  /**
   * Where a thread made here has its call: in its own field for what nobody has caught, with which
   * it does what threads do without. A thread local would do as well, but everybody who makes a
   * call asks, and each thread that asks for a thread local gets a map for it: 200 bytes, and with
   * ten thousand callers five looks at memory that is in no cache, a fifth of what a call costs.
   */
  private static final class Place implements UncaughtExceptionHandler {

    @Nullable Running call; // its thread only

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
      ThreadGroup group = thread.getThreadGroup();
      if (group != null) {
        group.uncaughtException(thread, thrown);
      }
    }
  }

  // Not a cache: it is set only on threads that run handlers, and only while they do.
  private static final ThreadLocal<@Nullable Running> OF_OTHER_THREADS = new ThreadLocal<>();

  /**
   * Whether other threads serve calls at all, such as an executor's. Plain: who serves a call has
   * set it himself, or seen it set, and nobody else has anything to find.
   */
  private static boolean othersServe;

  private CurrentCall() {}

  /** A virtual thread, not started, that is to serve calls. Others may, too, but slow all down. */
  public static Thread newThread(String name, Runnable task) {
    return Thread.ofVirtual().name(name).uncaughtExceptionHandler(new Place()).unstarted(task);
  }

  /** The call that this thread serves. */
  public static @Nullable Running get() {
    if (Thread.currentThread().getUncaughtExceptionHandler() instanceof Place place) {
      return place.call;
    }
    return othersServe ? OF_OTHER_THREADS.get() : null;
  }

  /** From now on, this thread serves the call; {@code null}: none. */
  public static void set(@Nullable Running call) {
    if (Thread.currentThread().getUncaughtExceptionHandler() instanceof Place place) {
      place.call = call;
      return;
    }
    if (!othersServe) {
      othersServe = true;
    }
    OF_OTHER_THREADS.set(call);
  }
}
