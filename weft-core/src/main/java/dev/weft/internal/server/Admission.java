package dev.weft.internal.server;

import dev.weft.Execution;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.wire.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a call of one connection runs at once, waits, or is refused because of a limit.
 * Reader thread, unless a method says more.
 */
final class Admission {

  static final String FAR_BEHIND =
      "too many responses wait to be read by this client (pendingResponseBytesMax)";

  private final ServerCore server;
  private final Connection connection;
  private final RunningCalls running;
  private final SlowClient slowClient;

  /** From the first call on: of many connections, most may be idle. */
  private @Nullable Workers workers;

  /**
   * @param running where its calls can be found by their ids as long as they run or wait
   */
  Admission(ServerCore server, Connection connection, RunningCalls running, SlowClient slowClient) {
    this.server = server;
    this.connection = connection;
    this.running = running;
    this.slowClient = slowClient;
  }

  void admit(ServerCall call) {
    if (slowClient.isBehind()) {
      refuse(call, FAR_BEHIND);
      return;
    }
    String limit = server.requestBytes().tryHold(call.requestBytes());
    if (limit != null) {
      refuse(call, limit);
      return;
    }
    call.counted();
    pass(call);
  }

  /** The call is shown to others only when it is clear what it has passed. */
  private void pass(ServerCall call) {
    Gate[] gates = call.called().gates();
    int passed = Gate.pass(gates);
    if (passed == gates.length) {
      call.entered();
      show(call);
      run(call);
      return;
    }
    Place place = new Place(call, gates, passed);
    call.waitsAt(place);
    show(call);
    String limit = server.waiting().add(place);
    if (limit != null) {
      refuse(call, limit);
    }
  }

  private void show(ServerCall call) {
    if (call.id() != ReceivedCall.ONE_WAY) {
      running.put(call);
    }
  }

  private void run(ServerCall call) {
    // Not a switch over the patterns: that costs some nanoseconds, here for each call.
    Execution execution = call.called().method().execution();
    if (execution instanceof Execution.Inline) {
      call.run();
    } else if (execution instanceof Execution.On(var executor)) {
      call.executeOn(executor);
    } else {
      workers().run(call);
    }
  }

  private Workers workers() {
    Workers made = workers;
    if (made == null) {
      made = new Workers(connection, server.settings().time());
      workers = made;
    }
    return made;
  }

  /** Refuses a call before it runs, because of a limit. Any thread. */
  void refuse(ServerCall call, String limit) {
    server.events().overloaded(connection.peer(), limit);
    call.refuse(ErrorCode.OVERLOADED, limit);
  }

  /**
   * Why a call that is about to begin should not: its client has fallen behind since the call came,
   * so its result would only wait; or it has waited too long for a thread. Any thread.
   *
   * @return the limit, which the call is refused for; {@code null}: it may begin
   */
  @Nullable String limitAtStart(ServerCall call, long nowNanos) {
    String limit = null;
    if (slowClient.hasFallenBehind()) {
      limit = FAR_BEHIND;
    } else if (server
        .startDelay()
        .isTooLong(nowNanos - call.passedNanos(), call.timeNanos(), nowNanos)) {
      limit = StartDelay.LIMIT;
    }
    if (limit != null) {
      server.events().overloaded(connection.peer(), limit);
    }
    return limit;
  }

  /** Whether so many responses wait for the client that no more results are kept. Any thread. */
  boolean isFarBehind() {
    return slowClient.isFarBehind();
  }

  /** There will be no more calls. */
  void close() {
    if (workers != null) {
      workers.close();
    }
  }
}
