package dev.weft.internal.wire;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Some arrays in which big messages have come, and which nobody uses just now: memory that is in a
 * processor's cache already, and need not be filled with zeros, costs a fraction of new one.
 *
 * <p>Any thread.
 */
public final class SpareArrays {

  private static final int KEPT_MAX = 8;

  /** Shorter ones are as good when they are new; longer ones would be too much to keep. */
  static final int BYTES_MIN = 64 * 1024;

  static final int BYTES_MAX = 2 * 1024 * 1024;

  /** An array may be so many times as long as is asked for. */
  private static final int WASTE = 2;

  /** Those of all connections: at most 16 MiB. */
  public static final SpareArrays OF_PROCESS = new SpareArrays();

  private final AtomicReferenceArray<byte @Nullable []> spare =
      new AtomicReferenceArray<>(KEPT_MAX);

  /** Whose turn it is to make room for another. */
  private int next;

  /** None yet. */
  SpareArrays() {}

  /** An array with room for so many bytes, and anybody's bytes in it; or none. */
  byte @Nullable [] take(int bytes) {
    for (int i = 0; bytes >= BYTES_MIN && i < KEPT_MAX; i++) {
      byte[] array = spare.getOpaque(i);
      if (array != null
          && array.length >= bytes
          && array.length / WASTE <= bytes
          && spare.compareAndSet(i, array, null)) {
        return array;
      }
    }
    return null;
  }

  /** Takes an array that nobody uses any more, if it is one to be kept, rather than older ones. */
  public void give(byte[] array) {
    if (array.length < BYTES_MIN || array.length > BYTES_MAX) {
      return;
    }
    for (int i = 0; i < KEPT_MAX; i++) {
      if (spare.getOpaque(i) == null && spare.compareAndSet(i, null, array)) {
        return;
      }
    }
    int oldest = next; // or about that, when many give at once
    next = (oldest + 1) % KEPT_MAX;
    spare.setOpaque(oldest, array);
  }
}
