package dev.weft.benchmarks;

import java.util.List;

/**
 * The small record that calls carry there and back: 16 characters, eight ints, and a number that
 * tells one call from the next.
 *
 * <p>Peers with a message format of their own carry the same fields.
 *
 * @param number another for each call
 * @param text always {@link #TEXT}
 * @param numbers always {@link #NUMBERS}
 */
public record Small(int number, String text, List<Integer> numbers) {

  /** 16 characters. */
  public static final String TEXT = "sixteen letters!";

  /** Eight ints. */
  public static final List<Integer> NUMBERS =
      List.of(1, 20, 300, 4_000, 50_000, 600_000, 7_000_000, 80_000_000);

  /** The request of this number. */
  public static Small of(int number) {
    return new Small(number, TEXT, NUMBERS);
  }

  /**
   * What a peer's client gives for an answer: its number, if the rest came back whole. So each
   * field of each answer is read, as a caller would.
   *
   * @param lastNumber the last of {@code size} numbers
   * @throws IllegalStateException when something else came back
   */
  public static int read(int number, String text, int size, int lastNumber) {
    if (text.length() != TEXT.length() || size != NUMBERS.size() || lastNumber != 80_000_000) {
      throw new IllegalStateException(
          "the answer to call " + number + " is not what was sent: \"" + text + "\", " + size);
    }
    return number;
  }
}
