package dev.weft.benchmarks;

/**
 * What a client or server has carried since its beginning, as it knows itself.
 *
 * @param reads system calls that read; {@link Double#NaN} when it does not know, and so below
 * @param writes system calls that wrote
 * @param bytesWritten bytes handed to the transport
 */
public record Traffic(double reads, double writes, double bytesWritten) {

  /** Of a library that does not count. */
  public static final Traffic UNKNOWN = new Traffic(Double.NaN, Double.NaN, Double.NaN);

  /** Nothing. */
  public static final Traffic NONE = new Traffic(0, 0, 0);

  Traffic plus(Traffic other) {
    return new Traffic(
        reads + other.reads, writes + other.writes, bytesWritten + other.bytesWritten);
  }

  Traffic minus(Traffic other) {
    return new Traffic(
        reads - other.reads, writes - other.writes, bytesWritten - other.bytesWritten);
  }
}
