package dev.weft.internal.client;

import dev.weft.internal.connection.InFlight;
import dev.weft.internal.connection.InFlight.Slot;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's open calls, on all its connections, and how much they may be. A call keeps its id
 * wherever it is sent, so it can move from one connection to another.
 *
 * <p>Any thread.
 */
final class OpenCalls {

  /** Payloads of fewer bytes are bounded by the number of calls. */
  static final int COUNTED_BYTES_MIN = 1024;

  /** What keeps a call out. */
  enum Limit {
    CALLS,
    BYTES
  }

  private final int callsMax;
  private final long bytesMax;
  private final InFlight<ClientCall> table;
  private final AtomicLong bytes = new AtomicLong();
  private final WaitingCallers waiting = new WaitingCallers(this);

  OpenCalls(int callsMax, long bytesMax) {
    this.callsMax = callsMax;
    this.bytesMax = bytesMax;
    this.table = new InFlight<>(callsMax);
  }

  int callsMax() {
    return callsMax;
  }

  long bytesMax() {
    return bytesMax;
  }

  int size() {
    return table.size();
  }

  /** Those that wait for room. */
  WaitingCallers waiting() {
    return waiting;
  }

  void forEach(Consumer<ClientCall> action) {
    table.forEach(action);
  }

  /**
   * A slot for a call that is about to be made: {@link #enter(Slot, ClientCall)} or {@link #free}
   * must follow.
   *
   * @return {@code null} when there is no room, or somebody waits for it
   */
  @Nullable Slot reserve() {
    return waiting.any() ? null : table.reserve();
  }

  /**
   * Takes a call in that has a slot; if not, the slot is free again.
   *
   * @return why not; {@code null}: it is in
   */
  @Nullable Limit enter(Slot slot, ClientCall call) {
    Limit limit = fill(slot, call);
    if (limit != null) {
      waiting.roomCame(); // somebody may wait because the slot was taken until now
    }
    return limit;
  }

  private @Nullable Limit fill(Slot slot, ClientCall call) {
    if (!count(call)) {
      table.free(slot);
      return Limit.BYTES;
    }
    table.fill(slot, call);
    return null;
  }

  private @Nullable Limit enter(ClientCall call) {
    Slot slot = table.reserve();
    return slot == null ? Limit.CALLS : fill(slot, call);
  }

  /**
   * Takes all of these calls in, or none.
   *
   * @return why none; {@code null}: they are in
   */
  @Nullable Limit enterAll(List<ClientCall> calls) {
    Limit limit = enterWaiting(calls);
    if (limit != null) {
      waiting.roomCame(); // as above: it had some of the slots for a moment
    }
    return limit;
  }

  /** The same for calls that have waited for it, which are the first to hear of room anyway. */
  @Nullable Limit enterWaiting(List<ClientCall> calls) {
    for (int i = 0; i < calls.size(); i++) {
      Limit limit = enter(calls.get(i));
      if (limit != null) {
        for (ClientCall entered : calls.subList(0, i)) {
          if (table.abandon(entered)) {
            uncount(entered);
          }
        }
        return limit;
      }
    }
    return null;
  }

  /**
   * A call has been taken in that somebody may have ended before, who has not found it here: then
   * it leaves.
   */
  void leaveIfEnded(ClientCall call) {
    if (!call.isToBeSent()) {
      leave(call);
    }
  }

  /**
   * A call has ended without its answer.
   *
   * @return whether no answer to it had come
   */
  boolean leave(ClientCall call) {
    boolean left = table.abandon(call);
    if (left) {
      uncount(call);
      waiting.roomCame();
    }
    return left;
  }

  /** A one-way message has ended with its sending. */
  void sent(ClientCall message) {
    if (table.take(message)) {
      free(message);
    }
  }

  /** The call of this id, if the carrier has sent it; it stays. */
  @Nullable ClientCall get(long callId, Carrier carrier) {
    ClientCall call = table.get(callId);
    return call != null && call.isSent() && call.isCarriedBy(carrier) ? call : null;
  }

  /** The call of this id, for a look. */
  @Nullable ClientCall get(long callId) {
    return table.get(callId);
  }

  /**
   * Takes a call out whose answer the carrier has brought; {@link #free} must follow.
   *
   * @return {@code null} when it has ended before, or was sent elsewhere
   */
  @Nullable ClientCall answered(long callId, Carrier carrier) {
    ClientCall call = get(callId, carrier);
    return call != null && table.take(call) ? call : null;
  }

  /** Lets others have the slot of a call whose answer was taken out. */
  void free(ClientCall call) {
    uncount(call);
    Slot slot = call.slot();
    if (slot != null) {
      free(slot);
    }
  }

  /** Lets others have a slot that is reserved. */
  void free(Slot slot) {
    table.free(slot);
    waiting.roomCame();
  }

  private boolean count(ClientCall call) {
    int more = call.payloadBytes();
    if (more < COUNTED_BYTES_MIN) {
      return true;
    }
    long now;
    do {
      now = bytes.get();
      if (now + more > bytesMax) {
        return false;
      }
    } while (!bytes.compareAndSet(now, now + more));
    return true;
  }

  private void uncount(ClientCall call) {
    if (call.payloadBytes() >= COUNTED_BYTES_MIN) {
      bytes.addAndGet(-call.payloadBytes());
    }
  }
}
