package dev.weft.internal.service;

import dev.weft.CallContext;
import org.jspecify.annotations.Nullable;

/** Which call a thread serves just now. */
public final class CurrentCall {

  /** A call in its handler. */
  public interface Running extends CallContext {
    /** Nanoseconds until its deadline, zero or less when that is over. */
    long remainingNanos();
  }

  // Not a cache: it is set only on threads that run handlers, and only while they do.
  private static final ThreadLocal<@Nullable Running> CURRENT = new ThreadLocal<>();

  /**
   * Whether this process serves calls at all. In one that only makes calls, to ask would give each
   * thread that makes one a map of thread locals, of 136 bytes. Plain: who serves a call has set it
   * himself, or seen it set, and nobody else has anything to find.
   */
  private static boolean serving;

  private CurrentCall() {}

  /** The call that this thread serves. */
  public static @Nullable Running get() {
    return serving ? CURRENT.get() : null;
  }

  /** From now on, this thread serves the call; {@code null}: none. */
  public static void set(@Nullable Running call) {
    if (!serving) {
      serving = true;
    }
    CURRENT.set(call);
  }
}
