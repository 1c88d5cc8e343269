package dev.weft.spi;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a message's values: an array that grows, to which a {@link Marshaller} appends, and
 * which is used again for one message after the other.
 *
 * <p>One thread at a time.
 */
public final class Payload {

  private static final byte[] NOTHING = {};

  /** Growing from nothing, there is room for so much at once. */
  private static final int CAPACITY_MIN = 128;

  /** Arrays cannot be longer everywhere. */
  private static final int CAPACITY_MAX = Integer.MAX_VALUE - 16;

  /** Shorter arrays are copied in less time than it takes to lend them. */
  private static final int LENT_BYTES_MIN = 16 * 1024;

  private byte[] array;
  private int offset;
  private int length;

  /** What comes after these bytes. */
  private @Nullable Loan loan;

  private boolean takesLoans;

  /** Empty. */
  public Payload() {
    this(0);
  }

  /**
   * Empty, with room.
   *
   * @param capacity for as many bytes, not negative
   */
  public Payload(int capacity) {
    array = capacity == 0 ? NOTHING : new byte[capacity];
  }

  /** Holds these bytes. Takes the array. */
  public static Payload of(byte[] bytes) {
    Payload payload = new Payload();
    payload.replace(bytes, bytes.length);
    return payload;
  }

  /** How many bytes it holds, lent ones included. */
  public int length() {
    return loan == null ? length : length + loan.length();
  }

  /**
   * The array that holds the bytes, from {@link #offset} on. Lent: appending may replace it. Bytes
   * that were lent are not there.
   */
  public byte[] array() {
    return array;
  }

  /**
   * Where in the array the bytes begin: at 0, unless it holds a part of another array (see {@link
   * #replace(byte[], int, int)}) and nothing was appended since.
   */
  public int offset() {
    return offset;
  }

  /** How many bytes its array has. */
  public int capacity() {
    return array.length;
  }

  /**
   * Makes room for more bytes; then they can be written to {@link #array}, from {@link #length} on,
   * and added by {@link #length(int)}.
   *
   * @throws OutOfMemoryError when no array can be as long
   */
  public void ensure(int more) {
    if (loan != null) {
      throw new IllegalStateException("nothing can be appended to an array that was lent");
    }
    if (offset > 0) {
      System.arraycopy(array, offset, array, 0, length);
      offset = 0;
    }
    if (more > array.length - length) {
      grow(more);
    }
  }

  private void grow(int more) {
    long needed = (long) length + more;
    if (needed > CAPACITY_MAX) {
      throw new OutOfMemoryError("a payload of " + needed + " bytes");
    }
    long doubled = Math.max(CAPACITY_MIN, 2L * array.length);
    array = Arrays.copyOf(array, (int) Math.min(CAPACITY_MAX, Math.max(needed, doubled)));
  }

  /** Appends a byte, the lowest bits of the number. */
  public void write(int b) {
    ensure(1);
    array[length++] = (byte) b;
  }

  /** Appends bytes. */
  public void write(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, array, length, count);
    length += count;
  }

  /**
   * Cuts it, or adds what was written to the array.
   *
   * @param newLength from 0 to {@link #capacity}
   */
  public void length(int newLength) {
    int max = array.length - offset;
    if (newLength < 0 || newLength > max) {
      throw new IllegalArgumentException(newLength + " is not from 0 to " + max);
    }
    length = newLength;
  }

  /**
   * Holds other bytes from now on. Takes the array.
   *
   * @param newLength how many of them, from the first
   */
  public void replace(byte[] newArray, int newLength) {
    replace(newArray, 0, newLength);
  }

  /**
   * Holds other bytes from now on. Takes the array.
   *
   * @param newOffset where in the array they begin
   * @param newLength how many they are
   */
  public void replace(byte[] newArray, int newOffset, int newLength) {
    Objects.checkFromIndexSize(newOffset, newLength, newArray.length);
    array = newArray;
    offset = newOffset;
    length = newLength;
    forgetLoan();
  }

  /** Makes it empty; its array stays. */
  public void clear() {
    offset = 0;
    length = 0;
    forgetLoan();
  }

  private void forgetLoan() {
    if (loan != null) { // seldom; the garbage collector wants to know of each store
      loan = null;
    }
  }

  /**
   * Appends a long array without copying it, as the last that is appended. What was lent may be
   * read until the call ends, and even later: so a marshaller may lend the value itself, whose
   * owner waits, or an array that it never uses again, but no buffer of its own.
   *
   * @param source its bytes, all of them
   * @return whether it was appended: if not, {@link #write} must do it, because it is too short to
   *     be worth it, or because nobody waits for the message's end before the array may change
   */
  public boolean lend(byte[] source) {
    if (!takesLoans || loan != null || source.length < LENT_BYTES_MIN) {
      return false;
    }
    loan = new Loan(source);
    return true;
  }

  /** What was lent, if something was. For Weft itself. */
  public @Nullable Loan loan() {
    return loan;
  }

  /** Whether arrays may be lent to it; at first, they may not. For Weft itself. */
  public void takesLoans(boolean may) {
    takesLoans = may;
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    byte[] copy = Arrays.copyOfRange(array, offset, offset + length());
    if (loan != null) {
      loan.copyTo(ByteBuffer.wrap(copy, length, loan.length()), 0, loan.length());
    }
    return copy;
  }
}
