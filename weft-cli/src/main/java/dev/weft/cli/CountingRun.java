package dev.weft.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The demo's client: sends each line of a text by a call, from many virtual threads, and adds the
 * answers up.
 */
final class CountingRun {

  private static final Duration REDRAW = Duration.ofMillis(100);
  private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(2);
  private static final int LATENCY_DIGITS = 3;

  private final WordCounter counter;
  private final Text text;
  private final int callers;
  private final AtomicLong nextLine = new AtomicLong();
  private final LongAdder calls = new LongAdder();
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final Histogram latencies = new ConcurrentHistogram(LATENCY_NANOS_MAX, LATENCY_DIGITS);
  private final CountDownLatch running;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** One run of so many callers at a time. */
  CountingRun(WordCounter counter, Text text, int callers) {
    this.counter = counter;
    this.text = text;
    this.callers = callers;
    this.running = new CountDownLatch(callers);
  }

  /**
   * What it brought.
   *
   * @param words how often each word was counted
   * @param calls how many there were
   * @param nanos how long they took together
   * @param latencies how long each took, in nanoseconds
   */
  record Outcome(Map<String, Long> words, long calls, long nanos, Histogram latencies) {}

  /**
   * Runs it, once.
   *
   * @throws CommandFailure when a call failed
   */
  Outcome run(ProgressBar progress) throws InterruptedException {
    long begin = System.nanoTime();
    for (int i = 0; i < callers; i++) {
      Thread.ofVirtual().start(this::callUntilEnd);
    }
    while (!running.await(REDRAW.toNanos(), TimeUnit.NANOSECONDS)) {
      progress.draw(calls.sum(), System.nanoTime() - begin);
    }
    long nanos = System.nanoTime() - begin;
    progress.clear();
    Throwable reason = failure.get();
    if (reason != null) {
      throw CommandFailure.failed("a call has failed: " + reason);
    }
    Map<String, Long> words = new HashMap<>();
    counts.forEach((word, count) -> words.put(word, count.sum()));
    return new Outcome(words, calls.sum(), nanos, latencies);
  }

  private void callUntilEnd() {
    try {
      long line = nextLine.getAndIncrement();
      while (line < text.lineCount() && failure.get() == null) {
        call(text.line(line));
        line = nextLine.getAndIncrement();
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    } finally {
      running.countDown();
    }
  }

  private void call(String line) {
    long begin = System.nanoTime();
    Map<String, Integer> answer = counter.count(line);
    latencies.recordValue(Math.min(System.nanoTime() - begin, LATENCY_NANOS_MAX));
    answer.forEach((word, count) -> add(word, count));
    calls.increment();
  }

  private void add(String word, int count) {
    counts.computeIfAbsent(word, unused -> new LongAdder()).add(count);
  }
}
