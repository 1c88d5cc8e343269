package dev.weft.reliability.failure;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process holds on to, and would hold more and more of if it leaked.
 *
 * @param heapBytes in use after a collection
 * @param threads of the whole process, virtual ones included
 * @param weftThreads those among them whose names begin with {@code weft-}
 * @param descriptors that are open
 * @param calls that are open: of a client its slots, of a server what it runs and what waits
 * @param connections that there are
 */
public record Usage(
    long heapBytes, int threads, int weftThreads, int descriptors, int calls, int connections) {

  /** Of this process, after a full collection. Takes some milliseconds. */
  static Usage now(int calls, int connections) {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return now(heap, calls, connections);
  }

  private static Usage now(long heap, int calls, int connections) {
    try {
      Path folder = Files.createTempDirectory("weft-threads");
      Path dump = folder.resolve("threads.txt");
      try {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
        return new Usage(
            heap,
            count(dump, "#"),
            count(dump, "#\\d+ \"weft-"),
            openDescriptors(),
            calls,
            connections);
      } finally {
        Files.deleteIfExists(dump);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int count(Path dump, String start) throws IOException {
    Pattern pattern = Pattern.compile(start);
    try (Stream<String> lines = Files.lines(dump)) {
      return (int) lines.filter(line -> pattern.matcher(line).lookingAt()).count();
    }
  }

  /** That this process has open; 0 where a JVM cannot tell. */
  static int openDescriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? (int) unix.getOpenFileDescriptorCount()
        : 0;
  }
}
