package dev.weft.reliability.overload;

import java.time.Duration;

/**
 * What became of the calls of one load.
 *
 * @param load multiples of the capacity
 * @param length how long calls were made
 * @param made calls
 * @param good of them were answered within their deadline
 * @param refused were told that there is too much to do
 * @param expired have not been answered in time
 * @param failed in another way
 * @param begun handlers
 * @param executedNo failed calls that were said not to have run
 * @param executedMaybe failed calls of which nobody knows
 * @param executedYes failed calls that were said to have run
 * @param lies calls that were said not to have run, and had
 * @param p50Millis median time of the answered calls; NaN: none
 * @param p99Millis what one in a hundred of them exceeds
 * @param refusedP99Millis the same for how long a refused call did not know; NaN: none
 */
public record Step(
    double load,
    Duration length,
    long made,
    long good,
    long refused,
    long expired,
    long failed,
    long begun,
    long executedNo,
    long executedMaybe,
    long executedYes,
    long lies,
    double p50Millis,
    double p99Millis,
    double refusedP99Millis) {

  /** Calls made in a second. */
  public double offeredPerSecond() {
    return made * 1e9 / length.toNanos();
  }

  /** Calls in a second that were answered within their deadline. */
  public double goodPerSecond() {
    return good * 1e9 / length.toNanos();
  }
}
