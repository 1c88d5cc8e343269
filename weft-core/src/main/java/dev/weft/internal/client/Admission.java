package dev.weft.internal.client;

import dev.weft.OverflowPolicy;
import dev.weft.internal.client.OpenCalls.Limit;
import dev.weft.internal.connection.Events;
import dev.weft.internal.connection.InFlight.Slot;
import dev.weft.spi.TimeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides who comes in among the open calls when there is no room for all.
 *
 * <p>Any thread. Only with {@link OverflowPolicy#WAIT} it may wait.
 */
final class Admission {

  private final OpenCalls open;
  private final OverflowPolicy policy;
  private final TimeSource time;
  private final CallFailures failures;
  private final Events events;
  private final OldestUnsent oldest;
  private final OldestUnsent oldestBig;

  Admission(
      OpenCalls open,
      OverflowPolicy policy,
      TimeSource time,
      CallFailures failures,
      Events events) {
    this.open = open;
    this.policy = policy;
    this.time = time;
    this.failures = failures;
    this.events = events;
    this.oldest = new OldestUnsent(open, call -> true);
    this.oldestBig =
        new OldestUnsent(open, call -> call.payloadBytes() >= OpenCalls.COUNTED_BYTES_MIN);
  }

  /** Takes a call in that has its place already, if it is not too large: the usual case. */
  boolean admit(ClientCall call) {
    Slot slot = call.slot();
    return slot != null && open.enter(slot, call) == null;
  }

  /**
   * Takes calls in, all or none.
   *
   * @param mayWait whether their thread may
   * @return whether they are in; if not, all have failed
   */
  boolean admitAll(List<ClientCall> calls, boolean mayWait) {
    if (calls.size() > open.callsMax()) {
      return refuse(calls, calls.size() + " calls are more than may be open at all (openCallsMax)");
    }
    if (policy == OverflowPolicy.WAIT && mayWait) {
      return waitForRoom(calls);
    }
    for (; ; ) {
      Limit limit = open.enterAll(calls);
      if (limit == null) {
        return true;
      }
      if (policy != OverflowPolicy.DROP_OLDEST || !makeRoom(limit, calls)) {
        return refuse(calls, CallFailures.limit(limit, open));
      }
    }
  }

  private boolean waitForRoom(List<ClientCall> calls) {
    if (!open.waiting().any() && open.enterAll(calls) == null) {
      return true;
    }
    if (bytes(calls) > open.bytesMax()) {
      return refuse(calls, CallFailures.limit(Limit.BYTES, open));
    }
    if (open.waiting().await(calls, time)) {
      return true;
    }
    boolean interrupted = Thread.currentThread().isInterrupted();
    boolean late = calls.get(0).deadlineNanos() - time.nanoTime() <= 0;
    for (ClientCall call : calls) {
      call.fail(executed ->
          interrupted
              ? failures.cancelled(call, "its waiting thread was interrupted", executed)
              : late
                  ? failures.noRoomInTime(call, "there was no room for it in time", executed)
                  : failures.closed(call, executed));
    }
    return false;
  }

  /** Whether a call has been dropped that may have taken the room. */
  private boolean makeRoom(Limit limit, List<ClientCall> forThese) {
    if (limit == Limit.BYTES && bytes(forThese) > open.bytesMax()) {
      return false; // in vain, whoever is dropped
    }
    @Nullable ClientCall victim = (limit == Limit.BYTES ? oldestBig : oldest).next();
    if (victim == null) {
      return false;
    }
    events.overloaded(failures.address(), CallFailures.limit(limit, open));
    victim.drop(executed ->
        failures.refused(
            victim,
            CallFailures.limit(limit, open) + ", and a newer one has taken its place",
            executed));
    return true;
  }

  private static long bytes(List<ClientCall> calls) {
    long sum = 0;
    for (ClientCall call : calls) {
      sum += call.payloadBytes() < OpenCalls.COUNTED_BYTES_MIN ? 0 : call.payloadBytes();
    }
    return sum;
  }

  private boolean refuse(List<ClientCall> calls, String limit) {
    events.overloaded(failures.address(), limit);
    for (ClientCall call : calls) {
      call.fail(executed -> failures.refused(call, limit, executed));
    }
    return false;
  }
}
