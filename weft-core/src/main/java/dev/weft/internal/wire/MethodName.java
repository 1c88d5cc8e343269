package dev.weft.internal.wire;

import java.nio.charset.StandardCharsets;

/**
 * A method as requests name it: once by its name, from then on by the number that each connection
 * gives it.
 */
public final class MethodName {

  private final String text;
  private final int index;
  final byte[] utf8;

  /**
   * @param index the name's place among all names of its client, from 0, below {@link
   *     Frame#METHODS_MAX}
   */
  public MethodName(String text, int index) {
    this.text = text;
    this.index = index;
    this.utf8 = text.getBytes(StandardCharsets.UTF_8);
  }

  /** Its place among all names of its client: what to find a connection's number for it by. */
  public int index() {
    return index;
  }

  /** Bytes of the name. */
  public int length() {
    return utf8.length;
  }

  @Override
  public String toString() {
    return text;
  }
}
