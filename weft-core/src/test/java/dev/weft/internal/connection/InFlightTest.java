package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.connection.InFlight.Slot;
import dev.weft.internal.wire.Frame;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class InFlightTest {

  private static final class Call implements InFlight.Entry {
    private Slot slot;
    private long id;
    final AtomicInteger ends = new AtomicInteger();

    @Override
    public void slot(Slot newSlot) {
      slot = newSlot;
      id = newSlot.callId(newSlot.generation());
    }

    @Override
    public Slot slot() {
      return slot;
    }

    @Override
    public long callId() {
      return id;
    }
  }

  private static boolean add(InFlight<Call> inFlight, Call call) {
    Slot slot = inFlight.reserve();
    if (slot == null) {
      return false;
    }
    inFlight.fill(slot, call);
    return true;
  }

  /** As a client whose caller has got the answer. */
  private static Call take(InFlight<Call> inFlight, long id) {
    Call call = inFlight.take(id);
    if (call != null) {
      inFlight.free(call.slot());
    }
    return call;
  }

  private static Call added(InFlight<Call> inFlight) {
    Call call = new Call();
    assertThat(add(inFlight, call)).isTrue();
    return call;
  }

  @Test
  void theCapacityIsExact() {
    for (int capacity : new int[] {1, 2, 63, 64, 65, 128, 1000, Frame.SLOTS_MAX}) {
      InFlight<Call> inFlight = new InFlight<>(capacity);
      Call last = null;
      for (int i = 0; i < capacity; i++) {
        last = added(inFlight);
      }
      assertThat(add(inFlight, new Call())).isFalse();
      assertThat(inFlight.size()).isEqualTo(capacity);
      assertThat(last).isNotNull();
      assertThat(take(inFlight, last.callId())).isSameAs(last);
      added(inFlight);
      assertThat(add(inFlight, new Call())).isFalse();
    }
  }

  @Test
  void idsOfOpenCallsAreUniqueAndTheirSlotsAreSmall() {
    InFlight<Call> inFlight = new InFlight<>(1000);
    Set<Long> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      Call call = added(inFlight);
      assertThat(ids.add(call.callId())).isTrue();
      assertThat(Frame.slot(call.callId())).isLessThan(1000);
    }
  }

  @Test
  void anAnswerIsHandedOutOnce() {
    InFlight<Call> inFlight = new InFlight<>(10);
    Call call = added(inFlight);
    assertThat(take(inFlight, call.callId())).isSameAs(call);
    assertThat(take(inFlight, call.callId())).isNull();
    assertThat(inFlight.abandon(call)).isFalse();
    assertThat(inFlight.size()).isZero();
  }

  @Test
  void anAnswerThatComesTooLateIsNobodys() {
    InFlight<Call> inFlight = new InFlight<>(1);
    Call abandoned = added(inFlight);
    assertThat(inFlight.abandon(abandoned)).isTrue();
    assertThat(inFlight.abandon(abandoned)).isFalse();
    Call next = added(inFlight);
    assertThat(Frame.slot(next.callId())).isEqualTo(Frame.slot(abandoned.callId()));
    assertThat(next.callId()).isGreaterThan(abandoned.callId());
    assertThat(take(inFlight, abandoned.callId())).isNull();
    assertThat(take(inFlight, next.callId())).isSameAs(next);
  }

  @Test
  void answersToCallsThatWereNeverMadeAreNobodys() {
    InFlight<Call> inFlight = new InFlight<>(10);
    Call call = added(inFlight);
    assertThat(take(inFlight, call.callId() + 1)).isNull();
    assertThat(take(inFlight, call.callId() + (1L << Frame.SLOT_BITS))).isNull();
    assertThat(take(inFlight, Long.MAX_VALUE)).isNull();
    assertThat(take(inFlight, Frame.SLOTS_MAX - 1)).isNull();
    assertThat(take(inFlight, call.callId() | 1L << 62)).isNull();
    assertThat(take(inFlight, call.callId())).isSameAs(call);
  }

  @Test
  void aCallThatWasNeverAddedCannotBeAbandoned() {
    InFlight<Call> inFlight = new InFlight<>(10);
    Call inside = added(inFlight);
    assertThat(inFlight.abandon(new Call())).isFalse(); // its id is 0, as the first one's
    assertThat(take(inFlight, inside.callId())).isSameAs(inside);
  }

  @Test
  void allOpenCallsAreShown() {
    InFlight<Call> inFlight = new InFlight<>(500);
    List<Call> open = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      open.add(added(inFlight));
    }
    for (int i = 0; i < 500; i += 2) {
      take(inFlight, open.get(i).callId());
    }
    Set<Call> shown = new HashSet<>();
    inFlight.forEach(shown::add);
    assertThat(shown).hasSize(250);
    for (int i = 1; i < 500; i += 2) {
      assertThat(shown).contains(open.get(i));
    }
  }

  @Test
  void underStressEachCallEndsOnceAndIdsOfOpenCallsAreUnique() {
    int capacity = 40;
    InFlight<Call> inFlight = new InFlight<>(capacity);
    ConcurrentHashMap<Long, Call> open = new ConcurrentHashMap<>();
    ConcurrentLinkedQueue<Long> answers = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Call> abandoners = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger added = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      SplittableRandom random = new SplittableRandom(t);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 50_000; i++) {
                  Call call = new Call();
                  if (!add(inFlight, call)) {
                    Thread.yield();
                    continue;
                  }
                  added.incrementAndGet();
                  if (open.put(call.callId(), call) != null) {
                    faults.add("the id " + call.callId() + " is open twice");
                  }
                  if (random.nextInt(3) == 0) {
                    abandoners.add(call);
                  }
                  if (random.nextInt(3) > 0) {
                    answers.add(call.callId());
                  } else {
                    abandoners.add(call);
                  }
                }
              }));
    }
    for (int t = 0; t < 2; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!stop.get() || !answers.isEmpty() || !abandoners.isEmpty()) {
                  Call leaving = abandoners.poll();
                  if (leaving != null) {
                    // It leaves "open" before the slot is free for the next.
                    boolean mine = open.remove(leaving.callId(), leaving);
                    if (inFlight.abandon(leaving)) {
                      ended.incrementAndGet();
                      if (leaving.ends.incrementAndGet() != 1) {
                        faults.add("ended twice");
                      }
                    } else if (mine) {
                      open.remove(leaving.callId(), leaving);
                    }
                  }
                  Long answer = answers.poll();
                  if (answer != null) {
                    Call expected = open.remove(answer);
                    Call taken = take(inFlight, answer);
                    if (taken != null) {
                      ended.incrementAndGet();
                      if (taken.ends.incrementAndGet() != 1) {
                        faults.add("ended twice");
                      }
                      if (taken.callId() != answer || (expected != null && taken != expected)) {
                        faults.add("somebody else's answer");
                      }
                    }
                  }
                  if (leaving == null && answer == null) {
                    Thread.yield();
                  }
                }
              }));
    }
    Eventually.ended(threads.get(0));
    Eventually.ended(threads.get(1));
    stop.set(true);
    threads.forEach(Eventually::ended);
    assertThat(faults).isEmpty();
    assertThat(ended.get()).isEqualTo(added.get());
    assertThat(inFlight.size()).isZero();
    // Nothing was lost: the whole capacity is there.
    for (int i = 0; i < capacity; i++) {
      added(inFlight);
    }
    assertThat(add(inFlight, new Call())).isFalse();
  }
}
