package dev.weft.internal.connection;

import dev.weft.internal.wire.Frame;
import dev.weft.spi.Payload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's open calls. Each has a slot, from which its answer finds it without a search, and an
 * id: the slot and the slot's generation, which goes up whenever a call leaves without its answer,
 * so that an answer that comes too late is nobody's.
 *
 * <p>A slot lends its call the {@link Payload} for its request, and then for its answer: so a call
 * that ends with its answer leaves no garbage. Hence the answer is taken out before the slot is
 * free again. A call that ends otherwise keeps the payload, for it may still be on its way out.
 *
 * <pre>
 *   free ──reserve──▶ reserved ──fill──▶ open ──take──▶ answered ──free──▶ free
 *    ▲                   │                └──abandon (next generation, new payload)──┐
 *    ├─────free──────────┘                                                           │
 *    └───────────────────────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>The free slots are a stack (Treiber's, with a counter against ABA): {@code head} is, from its
 * lowest bits up, the top slot plus one, how many slots are in the stack, and the counter.
 *
 * <p>Any thread.
 */
public final class InFlight<T extends InFlight.Entry> {

  /** Something with an id. */
  public interface Entry {

    /** The slot that it is in; told by {@link #fill}, before anybody else can see the entry. */
    void slot(Slot slot);

    /** The same; {@code null} if it was in none yet. */
    @Nullable Slot slot();

    /** The id that {@link #fill} has given it. */
    long callId();
  }

  /** Enough for 0 to {@link Frame#SLOTS_MAX}. */
  private static final int FIELD_BITS = Frame.SLOT_BITS + 1;

  private static final int FIELD_MASK = (1 << FIELD_BITS) - 1;
  private static final long FREE_ONE = 1L << FIELD_BITS;
  private static final long COUNT_ONE = 1L << (2 * FIELD_BITS);

  private final int capacity;
  private final SlotTable<Slot> slots = new SlotTable<>();
  private final AtomicInteger created = new AtomicInteger();
  private final AtomicLong head = new AtomicLong();

  /**
   * @param capacity how many calls may be open, 1 to {@link Frame#SLOTS_MAX}
   */
  public InFlight(int capacity) {
    this.capacity = capacity;
  }

  /**
   * A slot for a call that is about to be made: {@link #fill} or {@link #free} must follow.
   *
   * @return {@code null} when none is free
   */
  public @Nullable Slot reserve() {
    Slot slot = pop();
    return slot != null ? slot : create();
  }

  /** Takes a call in and gives it its id. */
  public void fill(Slot slot, T call) {
    call.slot(slot);
    slot.call = call;
  }

  /**
   * Hands out the call of this id, whose answer has come: its slot must be freed when the answer is
   * out of the payload.
   *
   * @return {@code null} when it has left already
   */
  public @Nullable T take(long callId) {
    T call = get(callId);
    return call != null && take(call) ? call : null;
  }

  /**
   * The same for a call that is known.
   *
   * @return whether it was there
   */
  public boolean take(T call) {
    Slot slot = call.slot();
    return slot != null && slot.empty(call);
  }

  /** Shows the call of this id, which stays; {@code null} when it has left already. */
  public @Nullable T get(long callId) {
    Slot slot = slots.get(Frame.slot(callId));
    if (slot == null) {
      return null;
    }
    @SuppressWarnings("unchecked") // only fill sets it
    T call = (T) slot.call;
    return call == null || call.callId() != callId ? null : call;
  }

  /** Lets others have a slot that is reserved, or whose call was taken. */
  public void free(Slot slot) {
    slot.dropLargePayload();
    push(slot);
  }

  /**
   * Removes a call whose answer will be nobody's, should it come.
   *
   * @return whether it was there
   */
  public boolean abandon(T call) {
    Slot slot = call.slot();
    if (slot == null || !slot.empty(call)) {
      return false;
    }
    slot.beginNextGeneration();
    push(slot);
    return true;
  }

  /** Shows every call that is in it the whole time. */
  public void forEach(Consumer<T> action) {
    slots.forEach(slot -> {
      @SuppressWarnings("unchecked") // only fill sets it
      T call = (T) slot.call;
      if (call != null) {
        action.accept(call);
      }
    });
  }

  /**
   * How many calls are open: two loads, without a counter of its own that every call would have to
   * write. Those that come or go just now may be counted or not.
   */
  public int size() {
    int free = (int) (head.get() >>> FIELD_BITS) & FIELD_MASK;
    return Math.max(0, created.get() - free);
  }

  private @Nullable Slot create() {
    int index = created.get();
    while (index < capacity && !created.compareAndSet(index, index + 1)) {
      index = created.get();
    }
    if (index >= capacity) {
      return null;
    }
    Slot slot = new Slot(index);
    slots.setRelease(index, slot);
    return slot;
  }

  private @Nullable Slot pop() {
    for (; ; ) {
      long now = head.get();
      int top = (int) now & FIELD_MASK;
      if (top == 0) {
        return null;
      }
      Slot slot = slots.get(top - 1);
      if (slot == null) {
        throw new AssertionError("free slot " + (top - 1) + " does not exist");
      }
      if (head.compareAndSet(now, (above(now) - FREE_ONE) | slot.next)) {
        return slot;
      }
    }
  }

  private void push(Slot slot) {
    long now;
    do {
      now = head.get();
      slot.next = (int) now & FIELD_MASK;
    } while (!head.compareAndSet(now, (above(now) + FREE_ONE) | (slot.index + 1)));
  }

  /** What stands above the top slot, counted on. */
  private static long above(long head) {
    return (head & ~(long) FIELD_MASK) + COUNT_ONE;
  }

  /**
   * The place of one call. Whoever empties it, or reserves it, owns it until it is free or filled.
   */
  public static final class Slot {

    /**
     * Larger payloads are not kept; nor are any in slots above, so that a burst leaves 8 MiB at
     * most.
     */
    private static final int KEPT_BYTES_MAX = 512;

    private static final int KEPT_SLOTS_MAX = 16_384;

    private static final VarHandle CALL;

    static {
      try {
        CALL = MethodHandles.lookup().findVarHandle(Slot.class, "call", Object.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private final int index;
    private int generation;

    /**
     * The next free slot plus one. Who reads what somebody else is just writing fails to pop, and
     * who pops has read {@code head} before: so it need not be volatile, which would be a fence for
     * each call.
     */
    private int next;

    private volatile @Nullable Object call;
    private @Nullable Payload payload;

    private Slot(int index) {
      this.index = index;
    }

    /** What its next call has as its generation. */
    public int generation() {
      return generation;
    }

    /** The id of its call of this generation. */
    public long callId(int ofGeneration) {
      return (long) ofGeneration << Frame.SLOT_BITS | index;
    }

    /** The payload that it lends, empty when it was just reserved. */
    public Payload payload() {
      Payload lent = payload;
      if (lent == null) {
        lent = new Payload();
        payload = lent;
      }
      return lent;
    }

    private boolean empty(Object expected) {
      return CALL.compareAndSet(this, expected, null);
    }

    private void beginNextGeneration() {
      generation = (generation + 1) & Integer.MAX_VALUE;
      payload = null;
    }

    private void dropLargePayload() {
      Payload lent = payload;
      if (lent != null) {
        if (lent.capacity() > KEPT_BYTES_MAX || index >= KEPT_SLOTS_MAX) {
          payload = null;
        } else {
          lent.clear();
        }
      }
    }
  }
}
