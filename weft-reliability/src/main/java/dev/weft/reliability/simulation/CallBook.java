package dev.weft.reliability.simulation;

import dev.weft.Executed;
import dev.weft.RpcCancelledException;
import dev.weft.RpcException;
import dev.weft.testing.FaultyLink.Fault;
import dev.weft.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each call of a simulation, from both sides, and what of that must not be.
 *
 * <p>Threads of the simulation.
 */
final class CallBook {

  /** Deadlines are looked at this often at the most: a call may end so much later. */
  static final Duration TICK = Duration.ofMillis(1);

  private static final int VIOLATIONS_MAX = 20;

  private final Simulation simulation;
  private final Journal journal;
  private final Map<Long, Call> calls = new LinkedHashMap<>();
  private final List<String> violations = new ArrayList<>();
  private long peaceful = Long.MAX_VALUE;

  /** Calls that may end in any way, because bytes were changed on their way. */
  private final boolean corrupting;

  /** Whether servers cancel calls, because they shut down. */
  private final boolean cancelling;

  CallBook(Simulation simulation, Journal journal, Plan plan) {
    this.simulation = simulation;
    this.journal = journal;
    this.corrupting = plan.faults().contains(Fault.CORRUPT);
    this.cancelling = corrupting || (plan.crashes() && !plan.calm());
  }

  /** One call. */
  static final class Call {

    final Ask ask;
    final String what;
    final Duration deadline;
    final boolean oneWay;
    int executions;
    boolean ended;

    /** Whether somebody interrupts its caller, or cancels its future. */
    boolean unwanted;

    @Nullable String outcome;
    @Nullable Executed executed;

    Call(Ask ask, String what, Duration deadline, boolean oneWay) {
      this.ask = ask;
      this.what = what;
      this.deadline = deadline;
      this.oneWay = oneWay;
    }

    boolean succeeded() {
      return "answered".equals(outcome);
    }

    @Override
    public String toString() {
      return what + " " + ask;
    }
  }

  /** The number of the next call. */
  long next() {
    return calls.size();
  }

  /** A call begins; its {@link Ask} has the {@link #next} number. */
  Call begins(Ask ask, String what, Duration timeout, boolean oneWay) {
    Call call = new Call(ask, what, simulation.elapsed().plus(timeout), oneWay);
    if (calls.put(ask.call(), call) != null) {
      throw new IllegalStateException("two calls have the number " + ask.call());
    }
    journal.note(() -> call + " begins, for " + timeout);
    return call;
  }

  /** A handler begins to run a call. */
  void runs(Ask ask, String where) {
    Call call = calls.get(ask.call());
    if (call == null) {
      violated("a call was run that nobody has made: " + ask);
      return;
    }
    call.executions++;
    journal.note(() -> call + " runs at " + where);
    if (call.executions > 1 && !corrupting) {
      violated(call + " ran twice");
    }
    if (call.executed == Executed.NO && !corrupting) {
      violated(call + " runs, but its caller was told that it surely did not");
    }
  }

  /** A call has an answer. */
  void answered(Call call, @Nullable Reply reply) {
    ends(call, "answered", null);
    boolean own =
        reply == null
            ? call.oneWay
            : reply.call() == call.ask.call() && reply.bytes() == call.ask.answerBytes();
    if (!own && !corrupting) {
      violated(call + " has got another one's answer: " + reply);
    }
  }

  /** A call has failed. */
  void failed(Call call, Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof RpcException failure) {
      ends(call, failure.getClass().getSimpleName() + ": " + failure.getMessage(), failure);
      if (failure instanceof RpcCancelledException && !call.unwanted && !cancelling) {
        violated(call + " was cancelled, but nobody has: " + failure.getMessage());
      }
    } else if (cause instanceof DeclinedException declined) {
      ends(call, "declined", null);
      call.executed = Executed.YES;
      if (declined.call() != call.ask.call() && !corrupting) {
        violated(call + " was declined by another one's answer: " + declined.getMessage());
      }
    } else if (cause instanceof CancellationException) {
      ends(call, "given up", null);
      call.executed = Executed.MAYBE;
    } else {
      ends(call, cause.toString(), null);
      violated(call + " has ended by what no caller can expect: " + describe(cause));
    }
  }

  private void ends(Call call, String outcome, @Nullable RpcException failure) {
    if (call.ended) {
      violated(call + " has ended twice, first: " + call.outcome + "; then: " + outcome);
    }
    call.ended = true;
    call.outcome = outcome;
    call.executed = failure == null ? Executed.YES : failure.executed();
    Executed executed = call.executed;
    simulation.trace(31 * call.ask.call() + executed.name().hashCode());
    simulation.trace(simulation.elapsed().toNanos());
    journal.note(() -> call + " ends: " + outcome + (failure == null ? "" : " [" + executed + "]"));
    if (simulation.elapsed().compareTo(call.deadline.plus(TICK)) > 0) {
      violated(
          call + " has ended " + simulation.elapsed().minus(call.deadline) + " after its deadline");
    }
    if (executed == Executed.NO && call.executions > 0 && !corrupting) {
      violated(call + " has run, but its caller is told that it surely did not: " + outcome);
    }
  }

  /** From now on, all is well, and what begins must be answered. */
  void peace() {
    peaceful = next();
  }

  /** Whether a call began when all was well. */
  private boolean isPeaceful(Call call) {
    return call.ask.call() >= peaceful;
  }

  /** All calls must have ended, and those of {@link #peace} well. */
  void check() {
    for (Call call : calls.values()) {
      if (!call.ended) {
        violated(call + " has not ended");
      } else if (call.executed == Executed.YES && call.executions == 0 && !corrupting) {
        if (!call.oneWay) {
          violated(call + " never ran, but ended: " + call.outcome);
        }
      }
      if (isPeaceful(call) && !call.succeeded()) {
        violated(call + " has failed when all was well again: " + call.outcome);
      }
    }
  }

  /** Whether this many calls have not ended. */
  long open() {
    return calls.values().stream().filter(call -> !call.ended).count();
  }

  /** How many have had an answer. */
  int answered() {
    return (int) calls.values().stream().filter(Call::succeeded).count();
  }

  int size() {
    return calls.size();
  }

  /** Something is that must not be. */
  void violated(String violation) {
    journal.note(() -> "VIOLATION: " + violation);
    if (violations.size() < VIOLATIONS_MAX) {
      violations.add("at " + simulation.elapsed() + ": " + violation);
    }
  }

  List<String> violations() {
    return List.copyOf(violations);
  }

  private static String describe(Throwable thrown) {
    StringBuilder text = new StringBuilder(thrown.toString());
    for (StackTraceElement frame : thrown.getStackTrace()) {
      text.append("\n    at ").append(frame);
    }
    return text.toString();
  }
}
