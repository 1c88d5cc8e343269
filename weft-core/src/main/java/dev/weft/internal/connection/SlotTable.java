package dev.weft.internal.connection;

import dev.weft.internal.wire.Frame;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Open calls by their slot: an array that grows by doubling, without moving what it holds.
 *
 * <p>Any thread; growing is atomic, and what is more is up to {@link #compareAndSet}.
 */
public final class SlotTable<T> {

  /** Slots of the first segment; the second has as many, and each further one twice as many. */
  private static final int FIRST = 64;

  private static final int FIRST_BITS = 6;

  private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable T>> segments =
      new AtomicReferenceArray<>(Frame.SLOT_BITS - FIRST_BITS + 1);

  /** What is in the slot. */
  public @Nullable T get(int slot) {
    int segment = segmentOf(slot);
    AtomicReferenceArray<@Nullable T> array = segments.get(segment);
    return array == null ? null : array.get(slot - firstOf(segment));
  }

  /**
   * Puts something into the slot, whatever was there. Whoever sees it sees all that was done
   * before; but what is read afterwards may be read before anybody sees it.
   */
  public void setRelease(int slot, @Nullable T value) {
    int segment = segmentOf(slot);
    array(segment).setRelease(slot - firstOf(segment), value);
  }

  /** Replaces what is in the slot, if it is what was expected. */
  public boolean compareAndSet(int slot, @Nullable T expected, @Nullable T value) {
    int segment = segmentOf(slot);
    return array(segment).compareAndSet(slot - firstOf(segment), expected, value);
  }

  /** Shows everything that it holds; what comes or goes meanwhile may be shown or not. */
  public void forEach(Consumer<T> action) {
    for (int segment = 0; segment < segments.length(); segment++) {
      AtomicReferenceArray<@Nullable T> array = segments.get(segment);
      for (int i = 0; array != null && i < array.length(); i++) {
        T value = array.get(i);
        if (value != null) {
          action.accept(value);
        }
      }
    }
  }

  private AtomicReferenceArray<@Nullable T> array(int segment) {
    AtomicReferenceArray<@Nullable T> array = segments.get(segment);
    if (array != null) {
      return array;
    }
    AtomicReferenceArray<@Nullable T> fresh =
        new AtomicReferenceArray<>(segment == 0 ? FIRST : FIRST << (segment - 1));
    AtomicReferenceArray<@Nullable T> first = segments.compareAndExchange(segment, null, fresh);
    return first == null ? fresh : first;
  }

  private static int segmentOf(int slot) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(slot >>> FIRST_BITS);
  }

  private static int firstOf(int segment) {
    return segment == 0 ? 0 : FIRST << (segment - 1);
  }
}
