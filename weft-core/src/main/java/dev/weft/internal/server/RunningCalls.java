package dev.weft.internal.server;

import dev.weft.internal.connection.SlotTable;
import dev.weft.internal.wire.Frame;
import dev.weft.spi.Payload;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one connection that were not answered yet, by their slots.
 *
 * <p>A slot lends its calls a {@link Payload}, one after the other: a client uses a slot again when
 * it has read the answer, and then the payload that it was written from is free. One that uses it
 * earlier finds none, and its call gets a new one. Only so many slots of all connections lend, a
 * group of them at a time: what many connections had in a burst must not stay with them.
 *
 * <p>Any thread, unless a method says otherwise.
 */
final class RunningCalls {

  /** Larger payloads are not kept, and none in slots above: a burst leaves 8 MiB at most. */
  private static final int KEPT_BYTES_MAX = 512;

  private static final int KEPT_SLOTS_MAX = 16_384;

  /** Slots that begin or do not begin to lend together. */
  private static final int GROUP_SLOTS = 64;

  /** 32,768 slots, with up to 16 MiB. */
  private static final int GROUPS_MAX = 512;

  private static final AtomicInteger FREE_IN_PROCESS = new AtomicInteger(GROUPS_MAX);

  private final SlotTable<ServerCall> calls = new SlotTable<>();
  private final SlotTable<Payload> payloads = new SlotTable<>();
  private final AtomicInteger freeGroups;

  /** Which groups lend. Whoever holds the outbox. */
  private final BitSet lending = new BitSet(KEPT_SLOTS_MAX / GROUP_SLOTS);

  RunningCalls() {
    this(FREE_IN_PROCESS);
  }

  /**
   * @param freeGroups how many more groups of slots may lend, of all connections together
   */
  RunningCalls(AtomicInteger freeGroups) {
    this.freeGroups = freeGroups;
  }

  /** The call with this id's slot, if there is one. */
  @Nullable ServerCall inSlotOf(long callId) {
    return calls.get(Frame.slot(callId));
  }

  /** The call of this id, if there is one. */
  @Nullable ServerCall get(long callId) {
    ServerCall call = inSlotOf(callId);
    return call != null && call.id() == callId ? call : null;
  }

  /** Reader thread only. */
  void put(ServerCall call) {
    calls.setRelease(Frame.slot(call.id()), call);
  }

  /** It is about to be answered. */
  void remove(ServerCall call) {
    calls.compareAndSet(Frame.slot(call.id()), call, null);
  }

  void forEach(Consumer<ServerCall> action) {
    calls.forEach(action);
  }

  /** An empty payload for a call in this id's slot. Reader thread only. */
  Payload payloadFor(long callId) {
    int slot = Frame.slot(callId);
    Payload kept = slot < KEPT_SLOTS_MAX ? payloads.get(slot) : null;
    if (kept == null) {
      return new Payload();
    }
    payloads.setRelease(slot, null);
    kept.clear();
    return kept;
  }

  /** What it was written from is needed no more. Whoever holds the outbox. */
  void written(ServerCall call, Payload payload) {
    int slot = Frame.slot(call.id());
    if (slot < KEPT_SLOTS_MAX
        && payload.capacity() <= KEPT_BYTES_MAX
        && payload.capacity() > 0
        && lends(slot / GROUP_SLOTS)) {
      payloads.setRelease(slot, payload);
    }
  }

  private boolean lends(int group) {
    if (lending.get(group)) {
      return true;
    }
    int free = freeGroups.get();
    if (free > 0 && freeGroups.compareAndSet(free, free - 1)) {
      lending.set(group);
      return true;
    }
    return false;
  }

  /** The connection has ended, and nobody holds its outbox any more. */
  void end() {
    freeGroups.addAndGet(lending.cardinality());
    lending.clear();
  }
}
