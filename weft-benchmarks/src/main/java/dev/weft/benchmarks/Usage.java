package dev.weft.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What calls have used, up to a moment or between two.
 *
 * @param cpuNanos processor time, garbage collection and compilation included
 * @param allocatedBytes on the heap, by all threads
 * @param traffic what went over the wire, both directions
 */
public record Usage(long cpuNanos, long allocatedBytes, Traffic traffic) {

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  /**
   * Up to now, of this process and what it has carried. Virtual threads count as their carriers.
   */
  static Usage ofThisProcess(Traffic traffic) {
    return new Usage(SYSTEM.getProcessCpuTime(), THREADS.getTotalThreadAllocatedBytes(), traffic);
  }

  Usage plus(Usage other) {
    return new Usage(
        cpuNanos + other.cpuNanos,
        allocatedBytes + other.allocatedBytes,
        traffic.plus(other.traffic));
  }

  Usage minus(Usage other) {
    return new Usage(
        cpuNanos - other.cpuNanos,
        allocatedBytes - other.allocatedBytes,
        traffic.minus(other.traffic));
  }

  /** One line, for {@link #parse}. */
  String line() {
    return cpuNanos
        + " "
        + allocatedBytes
        + " "
        + traffic.reads()
        + " "
        + traffic.writes()
        + " "
        + traffic.bytesWritten();
  }

  /** What {@link #line} has written. */
  static Usage parse(String line) {
    String[] words = line.split(" ", -1);
    return new Usage(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        new Traffic(
            Double.parseDouble(words[2]),
            Double.parseDouble(words[3]),
            Double.parseDouble(words[4])));
  }
}
