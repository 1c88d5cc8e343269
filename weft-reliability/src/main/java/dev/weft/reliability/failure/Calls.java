package dev.weft.reliability.failure;

import dev.weft.CallOptions;
import dev.weft.RpcClient;
import dev.weft.RpcException;
import dev.weft.RpcFunction;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import org.jspecify.annotations.Nullable;

/** Makes calls to a target, each with a number of its own, and notes how they end. Any thread. */
final class Calls {

  private static final int REASONS_MAX = 8;

  private final RpcFunction<Task, Long> patient;
  private final RpcFunction<Task, Long> failFast;
  private final RpcFunction<Task, Long> inline;
  private final Journal ends;
  private final AtomicLong numbers;
  private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);
  private final AtomicLong patientNotRun = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Map<String, Long> reasons = new ConcurrentHashMap<>();

  /**
   * @param ends takes down how they end
   * @param numbers gives the next call's number; shared by all that use the same journal
   */
  Calls(RpcClient client, Journal ends, AtomicLong numbers) {
    this.patient = client.function(TargetMain.TASK, Task.class, Long.class);
    this.failFast = patient.withOptions(CallOptions.DEFAULT.withFailFast());
    this.inline = client.function(TargetMain.INLINE_TASK, Task.class, Long.class);
    this.ends = ends;
    this.numbers = numbers;
  }

  /** Whether the journal has room for more. */
  boolean mayCall() {
    return numbers.get() < ends.capacity() - 1_000;
  }

  /**
   * Calls, and waits: for a connection, too, until the client's timeout.
   *
   * @return whether it was answered
   */
  boolean call(int millis) {
    return call(patient, Task.of(number(), millis), true) == null;
  }

  /** As {@link #call}, but fails at once when there is no connection. */
  boolean callFailFast(int millis) {
    return call(failFast, Task.of(number(), millis), false) == null;
  }

  /**
   * As {@link #call}, of a handler that fails.
   *
   * @param inlined whether the handler runs on the server's reader thread
   * @return what the caller is told; {@code null}: the answer
   */
  @Nullable Throwable call(Task.Fault fault, boolean inlined) {
    return call(inlined ? inline : patient, new Task(number(), 0, fault), true);
  }

  /** Calls without waiting. */
  CompletableFuture<Long> callAsync(int millis) {
    Task task = Task.of(number(), millis);
    long begin = System.nanoTime();
    CompletableFuture<Long> future;
    try {
      future = patient.callAsync(task);
    } catch (RuntimeException e) {
      ended(task, begin, null, e, true);
      return CompletableFuture.failedFuture(e);
    }
    return future.whenComplete((answer, failure) -> ended(task, begin, answer, failure, true));
  }

  /** Sends without an answer. */
  void send() {
    Task task = Task.of(number(), 0);
    try {
      patient.send(task);
      ends.add(task.call(), End.SENT.code());
    } catch (RuntimeException e) {
      ended(task, System.nanoTime(), null, e, true);
    }
  }

  private long number() {
    return numbers.getAndIncrement();
  }

  private @Nullable Throwable call(RpcFunction<Task, Long> function, Task task, boolean isPatient) {
    long begin = System.nanoTime();
    Long answer = null;
    Throwable failure = null;
    try {
      answer = function.call(task);
    } catch (RuntimeException | Error e) { // an Error of Weft's would be a finding, too
      failure = e;
    }
    ended(task, begin, answer, failure, isPatient);
    return failure;
  }

  private void ended(
      Task task,
      long begin,
      @Nullable Long answer,
      @Nullable Throwable failure,
      boolean isPatient) {
    longestNanos.accumulate(System.nanoTime() - begin);
    End end;
    if (failure == null) {
      end = answer != null && answer == task.answer() ? End.ANSWERED : End.WRONG;
    } else {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      end = End.of(cause);
      failed.incrementAndGet();
      if (end == End.NO && isPatient) {
        patientNotRun.incrementAndGet();
      }
      if (reasons.size() < REASONS_MAX) {
        reasons.merge(reason(cause), 1L, Long::sum);
      }
    }
    int before = ends.add(task.call(), end.code());
    if (before != 0) {
      ends.add(task.call(), End.AGAIN - end.code());
    }
  }

  private static String reason(Throwable failure) {
    String executed = failure instanceof RpcException e ? e.executed() + " " : "";
    return executed + failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }

  /** The longest that one of them has taken since this was last asked, in nanoseconds. */
  long takeLongestNanos() {
    return longestNanos.getThenReset();
  }

  /** Calls that have failed. */
  long failed() {
    return failed.get();
  }

  /** Calls that failed with {@link End#NO} though they could have been sent again. */
  long patientNotRun() {
    return patientNotRun.get();
  }

  /** What failed calls were told, the first different ones. */
  List<String> reasons() {
    return new ConcurrentSkipListMap<>(reasons)
        .entrySet().stream().map(entry -> entry.getKey()).toList();
  }
}
