package dev.weft.benchmarks;

import java.util.Comparator;
import java.util.List;

/**
 * What one round brought.
 *
 * @param opsPerSecond calls that ended, over the time that they took together
 * @param p50Micros half of the calls took at most so long
 * @param p99Micros 99 of 100 calls took at most so long
 * @param cpuMicrosPerOp processor time of the whole process, garbage collection and compilation
 *     included, over calls
 */
public record Measurement(
    double opsPerSecond, double p50Micros, double p99Micros, double cpuMicrosPerOp) {

  /**
   * The round whose throughput is the median; of an even number of rounds the slower of the middle
   * two. All its figures are of that one round, so that they belong together.
   */
  public static Measurement median(List<Measurement> rounds) {
    List<Measurement> sorted =
        rounds.stream().sorted(Comparator.comparingDouble(Measurement::opsPerSecond)).toList();
    return sorted.get((sorted.size() - 1) / 2);
  }
}
