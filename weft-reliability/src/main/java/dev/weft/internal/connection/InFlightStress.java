package dev.weft.internal.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.internal.connection.InFlight.Slot;
import dev.weft.spi.Payload;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** The table of open calls: slots, their generations, and the payloads that they lend. */
public final class InFlightStress {

  private InFlightStress() {}

  /** A call. */
  private static final class Call implements InFlight.Entry {
    private @Nullable Slot slot;
    private long id;

    @Override
    public void slot(Slot newSlot) {
      slot = newSlot;
      id = newSlot.callId(newSlot.generation());
    }

    @Override
    public @Nullable Slot slot() {
      return slot;
    }

    @Override
    public long callId() {
      return id;
    }
  }

  private static Slot reserve(InFlight<Call> table) {
    Slot slot = table.reserve();
    while (slot == null) {
      Thread.onSpinWait();
      slot = table.reserve();
    }
    return slot;
  }

  /** Adds all that can be had. */
  private static void addFree(InFlight<Call> table, Set<Slot> slots) {
    for (Slot slot = table.reserve(); slot != null; slot = table.reserve()) {
      if (!slots.add(slot)) {
        return; // twice in the stack: it would go on for ever
      }
    }
  }

  /** The stack of free slots: the top one is taken, others, and it comes back meanwhile (ABA). */
  @JCStressTest
  @Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "three slots, none in two hands")
  @Outcome(expect = FORBIDDEN, desc = "a slot is in two hands, or lost")
  @State
  public static class ReserveAndFree {
    private final InFlight<Call> table = new InFlight<>(3);
    private @Nullable Slot first;
    private @Nullable Slot second;

    /** Three free slots. */
    public ReserveAndFree() {
      Slot one = reserve(table);
      Slot two = reserve(table);
      Slot three = reserve(table);
      table.free(one);
      table.free(two);
      table.free(three);
    }

    @Actor
    public void one() {
      first = reserve(table);
    }

    @Actor
    public void other() {
      Slot top = reserve(table);
      second = reserve(table);
      table.free(top);
    }

    @Arbiter
    public void end(LL_Result result) {
      int size = table.size();
      Set<Slot> slots = new HashSet<>();
      boolean distinct = slots.add(reserved(first)) && slots.add(reserved(second));
      addFree(table, slots);
      result.r1 = distinct ? slots.size() : "in two hands";
      result.r2 = size - 2;
    }
  }

  private static Slot reserved(@Nullable Slot slot) {
    if (slot == null) {
      throw new AssertionError("there was none");
    }
    return slot;
  }

  /** A call's answer comes when its deadline is over. */
  @JCStressTest
  @Outcome(id = "answered, no, 1", expect = ACCEPTABLE, desc = "by its answer")
  @Outcome(id = "no, abandoned, 1", expect = ACCEPTABLE, desc = "by its deadline")
  @Outcome(expect = FORBIDDEN, desc = "both or none, or the slot is free twice or never")
  @State
  public static class AnswerAndAbandon {
    private final InFlight<Call> table = new InFlight<>(1);
    private final Call call = new Call();

    /** One open call. */
    public AnswerAndAbandon() {
      table.fill(reserve(table), call);
    }

    @Actor
    public void reader(LLL_Result result) {
      Call answered = table.take(call.callId());
      result.r1 = answered == null ? "no" : "answered";
      if (answered != null) {
        table.free(reserved(answered.slot()));
      }
    }

    @Actor
    public void timer(LLL_Result result) {
      result.r2 = table.abandon(call) ? "abandoned" : "no";
    }

    @Arbiter
    public void end(LLL_Result result) {
      Set<Slot> slots = new HashSet<>();
      addFree(table, slots);
      result.r3 = slots.size();
    }
  }

  /** The next call in the slot of one that left without its answer. */
  @JCStressTest
  @Outcome(id = "new id, own payload", expect = ACCEPTABLE, desc = "nothing in common")
  @Outcome(expect = FORBIDDEN, desc = "a late answer would be the next call's")
  @State
  public static class AbandonAndReserve {
    private final InFlight<Call> table = new InFlight<>(1);
    private final Call old = new Call();
    private final Payload payload;

    /** One open call, with a payload that its slot has lent it. */
    public AbandonAndReserve() {
      Slot slot = reserve(table);
      payload = slot.payload();
      table.fill(slot, old);
    }

    @Actor
    public void timer() {
      table.abandon(old);
    }

    @Actor
    @SuppressWarnings("ReferenceEquality") // whether it is that very payload
    public void caller(LL_Result result) {
      Slot slot = reserve(table);
      Call call = new Call();
      result.r2 = slot.payload() == payload ? "the old call's payload" : "own payload";
      table.fill(slot, call);
      result.r1 = call.callId() == old.callId() ? "old id" : "new id";
    }
  }

  /** An answer comes late, when another call has the slot. */
  @JCStressTest
  @Outcome(id = "its own", expect = ACCEPTABLE, desc = "in time after all")
  @Outcome(id = "nobody's", expect = ACCEPTABLE, desc = "late")
  @Outcome(expect = FORBIDDEN, desc = "a call gets another one's answer")
  @State
  public static class LateAnswer {
    private final InFlight<Call> table = new InFlight<>(1);
    private final Call old = new Call();

    /** One open call. */
    public LateAnswer() {
      table.fill(reserve(table), old);
    }

    @Actor
    public void caller() {
      if (table.abandon(old)) {
        table.fill(reserve(table), new Call());
      }
    }

    @Actor
    @SuppressWarnings("ReferenceEquality") // that very call
    public void reader(L_Result result) {
      Call answered = table.take(old.callId());
      result.r1 = answered == null ? "nobody's" : answered == old ? "its own" : "another one's";
    }
  }

  /** An answer is read out of the payload before the next call may write into it. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "its own answer; the next one's is empty")
  @Outcome(expect = FORBIDDEN, desc = "one call reads or meets another one's bytes")
  @State
  public static class ReadAndReuse {
    private final InFlight<Call> table = new InFlight<>(1);
    private final Call call = new Call();

    /** A call whose answer has come. */
    public ReadAndReuse() {
      Slot slot = reserve(table);
      table.fill(slot, call);
      table.take(call);
      slot.payload().write(1);
    }

    @Actor
    public void caller(LL_Result result) {
      Slot slot = reserved(call.slot());
      result.r1 = (int) slot.payload().array()[0];
      table.free(slot);
    }

    @Actor
    public void next(LL_Result result) {
      Payload payload = reserve(table).payload();
      result.r2 = payload.length();
      payload.write(2);
    }
  }
}
