package dev.weft.spi;

import java.util.Arrays;
import java.util.Objects;

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

  private byte[] array;
  private int offset;
  private int length;

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

  /** How many bytes it holds. */
  public int length() {
    return length;
  }

  /** The array that holds the bytes, from {@link #offset} on. Lent: appending may replace it. */
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
  }

  /** Makes it empty; its array stays. */
  public void clear() {
    offset = 0;
    length = 0;
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }
}
