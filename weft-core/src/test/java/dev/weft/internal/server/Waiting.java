package dev.weft.internal.server;

import dev.weft.internal.connection.ManualTime;
import dev.weft.internal.wire.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls at one gate on a clock that is moved by hand: a handler runs until it is told to end. What
 * became of each call stands in {@link #begun}, {@link #refused} and {@link #expired}.
 */
final class Waiting {

  final ManualTime time = new ManualTime(Long.MAX_VALUE - 1_000_000_000L);
  final Gate gate;
  final WaitingCalls calls;
  final List<String> begun = new ArrayList<>();
  final List<String> refused = new ArrayList<>();
  final List<String> expired = new ArrayList<>();
  private final List<Call> running = new ArrayList<>();
  private final ShortestRun shortestRun = new ShortestRun();
  Duration callersTime = Duration.ofMillis(400);

  Waiting(int runningMax, int waitingMax) {
    gate = new Gate("runningCallsMax", runningMax);
    calls = new WaitingCalls(waitingMax, 1000, time);
  }

  void pass(long millis) {
    time.advance(Duration.ofMillis(millis));
  }

  /** A call comes; the first letter of its name says whose it is. */
  Call comes(String name) {
    Call call = new Call(name, name.substring(0, 1));
    Gate[] gates = {gate};
    int passed = Gate.pass(gates);
    if (passed == 1) {
      call.start();
    } else {
      Place place = new Place(call, gates, passed);
      call.place = place;
      String limit = calls.add(place);
      if (limit != null) {
        call.overloaded(limit);
      }
    }
    return call;
  }

  /** The handler that runs longest ends. */
  void ends() {
    running.remove(0).leave();
  }

  /** So many handlers run one after the other, each so long, and somebody always waits. */
  void keepsBusy(int handlers, long millis) {
    comes("z");
    comes("z");
    for (int i = 0; i < handlers; i++) {
      comes("z");
      pass(millis);
      ends();
    }
    for (int i = 0; i < 2; i++) {
      pass(millis);
      ends();
    }
  }

  final class Call implements Waiter {

    private final String name;
    private final String client;
    private final long deadlineNanos = time.nanoTime() + callersTime.toNanos();
    private final long timeNanos = callersTime.toNanos();
    private @Nullable Place place;

    Call(String name, String client) {
      this.name = name;
      this.client = client;
    }

    @Override
    public Object client() {
      return client;
    }

    @Override
    public int requestBytes() {
      return 1;
    }

    @Override
    public long deadlineNanos() {
      return deadlineNanos;
    }

    @Override
    public long timeNanos() {
      return timeNanos;
    }

    @Override
    public ShortestRun shortestRun() {
      return shortestRun;
    }

    @Override
    public void start() {
      begun.add(name);
      running.add(this);
    }

    @Override
    public void expire() {
      expired.add(name);
      leave();
    }

    @Override
    public void overloaded(String limit) {
      refused.add(name);
      leave();
    }

    @Override
    public void refuse(ErrorCode code, String message) {
      throw new AssertionError("nobody shuts down");
    }

    @Override
    public void cancel(String why) {
      leave();
    }

    private void leave() {
      if (place != null) {
        calls.leave(place);
      } else {
        calls.leave(new Gate[] {gate}, 1);
      }
    }
  }
}
