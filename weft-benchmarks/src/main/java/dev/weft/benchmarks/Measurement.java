package dev.weft.benchmarks;

import java.util.Comparator;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What one round brought.
 *
 * @param calls how many ended
 * @param nanos the time that they took together
 * @param latencies of calls, or of turns of several calls, in nanoseconds
 * @param usage what they used
 */
public record Measurement(long calls, long nanos, Histogram latencies, Usage usage) {

  /**
   * The round whose throughput is the median; of an even number of rounds the slower of the middle
   * two. All its figures are of that one round, so that they belong together.
   */
  public static Measurement median(List<Measurement> rounds) {
    List<Measurement> sorted =
        rounds.stream().sorted(Comparator.comparingDouble(Measurement::opsPerSecond)).toList();
    return sorted.get((sorted.size() - 1) / 2);
  }

  /** Calls that ended, over the time that they took together. */
  public double opsPerSecond() {
    return calls * 1e9 / nanos;
  }

  /** So many of 100 calls took at most so long. */
  public double micros(double percentile) {
    return latencies.getValueAtPercentile(percentile) / 1e3;
  }

  /** Processor time of all processes, garbage collection and compilation included, over calls. */
  public double cpuMicrosPerOp() {
    return usage.cpuNanos() / 1e3 / calls;
  }

  /** Bytes allocated on the heap, at both ends, over calls. */
  public double allocatedBytesPerOp() {
    return (double) usage.allocatedBytes() / calls;
  }

  /** Reading system calls, at both ends, over calls; NaN when not known. */
  public double readsPerOp() {
    return usage.traffic().reads() / calls;
  }

  /** Writing system calls, at both ends, over calls; NaN when not known. */
  public double writesPerOp() {
    return usage.traffic().writes() / calls;
  }

  /** Bytes handed to the transport, at both ends, over calls; NaN when not known. */
  public double wireBytesPerOp() {
    return usage.traffic().bytesWritten() / calls;
  }
}
