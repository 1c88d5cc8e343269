package dev.weft.spi;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An array that a message holds without having copied it: whoever lent it waits for the end of his
 * call, and does not change it meanwhile.
 *
 * <p>Calls can end, for lack of time say, while their request is on its way. Its bytes must not
 * change under it even then, for the server may go on. So the lender takes the array back before he
 * goes on himself, and leaves a copy if somebody may still read; who was just reading notices and
 * reads again. Neither waits for the other.
 *
 * <p>Only Weft itself uses these methods; a codec uses {@link Payload#lend}. Any thread.
 */
public final class Loan {

  private volatile byte[] bytes;
  private final int length;
  private final AtomicInteger readers = new AtomicInteger();

  Loan(byte[] bytes) {
    this.bytes = bytes;
    this.length = bytes.length;
  }

  /** How many bytes are lent: the whole array. */
  public int length() {
    return length;
  }

  /**
   * Somebody is about to read; {@link #endReading} must follow. Before he finds that the call has
   * not ended: so a lender whose call has ended knows of all who may still read.
   */
  public void beginReading() {
    readers.incrementAndGet();
  }

  /** He reads no more. */
  public void endReading() {
    readers.decrementAndGet();
  }

  /**
   * Puts some of the bytes into a buffer that has room for them.
   *
   * @param from the first of them
   * @param count how many
   */
  @SuppressWarnings("ReferenceEquality") // that very array
  public void copyTo(ByteBuffer target, int from, int count) {
    int position = target.position();
    byte[] read;
    do {
      read = bytes;
      target.position(position).put(read, from, count);
      VarHandle.loadLoadFence(); // the look comes after the copying, in which changes may show
    } while (read != bytes);
  }

  /** The array is its owner's again: whoever may still read finds a copy. The lender's thread. */
  public void takeBack() {
    if (readers.get() > 0) {
      bytes = bytes.clone();
      VarHandle.storeStoreFence(); // what is put into the array comes after that
    }
  }
}
