package dev.weft.reliability.fuzz;

import java.util.List;

/**
 * One place where a peer's bytes come in: they are read as they are from a peer, and all that may
 * come of it is nothing, or a failure that the place documents.
 *
 * <p>One thread at a time.
 */
public interface FuzzTarget {

  /** Its name, as {@code --target} takes it. */
  String name();

  /**
   * Reads the bytes.
   *
   * @throws Throwable when they did something that is not documented: a finding
   */
  void run(byte[] input) throws Throwable;

  /** Bytes on the heap that reading so many bytes may cost, garbage included. */
  long allocatedBytesMax(int inputBytes);

  /** Inputs to begin with: such as an honest peer sends, and each kind of message among them. */
  List<byte[]> seeds();
}
