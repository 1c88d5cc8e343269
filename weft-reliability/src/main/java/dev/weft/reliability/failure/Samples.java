package dev.weft.reliability.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * What a process held on to, again and again over a long time, always while all was quiet. Flat is
 * what is not more in its last third than in its first one but for a little noise. One thread.
 */
final class Samples {

  private static final int PARTS = 3;
  private static final double MEBIBYTE = 1024 * 1024;

  /** What caches and compiled code may still add. */
  private static final long HEAP_BYTES_MORE = 4 * 1024 * 1024;

  private static final int HEAP_PERCENT_MORE = 10;
  private static final int THREADS_MORE = 8;
  private static final int DESCRIPTORS_MORE = 3;

  private final String process;
  private final List<Usage> samples = new ArrayList<>();

  /**
   * @param process whose
   */
  Samples(String process) {
    this.process = process;
  }

  void add(Usage usage) {
    samples.add(usage);
  }

  /** What has grown, a line each. */
  List<String> growth() {
    List<String> grown = new ArrayList<>();
    long heap = first(Usage::heapBytes);
    check(
        grown, "heap", Usage::heapBytes, Math.max(HEAP_BYTES_MORE, heap * HEAP_PERCENT_MORE / 100));
    check(grown, "threads", Usage::threads, THREADS_MORE);
    check(grown, "threads of Weft's", Usage::weftThreads, 0);
    check(grown, "descriptors", Usage::descriptors, DESCRIPTORS_MORE);
    check(grown, "open calls", Usage::calls, 0);
    check(grown, "connections", Usage::connections, 0);
    return grown;
  }

  private void check(List<String> grown, String what, ToLongFunction<Usage> figure, long more) {
    if (last(figure) > first(figure) + more) {
      grown.add(
          String.format(
              Locale.ROOT,
              "%s of the %s have grown from %,d to %,d",
              what,
              process,
              first(figure),
              last(figure)));
    }
  }

  private long first(ToLongFunction<Usage> figure) {
    return median(figure, samples.subList(0, part()));
  }

  private long last(ToLongFunction<Usage> figure) {
    return median(figure, samples.subList(samples.size() - part(), samples.size()));
  }

  private int part() {
    return (samples.size() + PARTS - 1) / PARTS;
  }

  private static long median(ToLongFunction<Usage> figure, List<Usage> some) {
    long[] sorted = some.stream().mapToLong(figure).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  /** Such as {@code client: heap 12.1 > 12.3 MB, threads 40 > 41, descriptors 90 > 90}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: heap %.1f > %.1f MB, threads %d > %d, descriptors %d > %d",
        process,
        first(Usage::heapBytes) / MEBIBYTE,
        last(Usage::heapBytes) / MEBIBYTE,
        first(Usage::threads),
        last(Usage::threads),
        first(Usage::descriptors),
        last(Usage::descriptors));
  }
}
