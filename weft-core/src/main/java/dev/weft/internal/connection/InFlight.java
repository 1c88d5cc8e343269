package dev.weft.internal.connection;

import dev.weft.internal.wire.Frame;
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
 * <p>The free slots are a stack (Treiber's, with a counter against ABA): {@code head} is, from its
 * lowest bits up, the top slot plus one, how many slots are in the stack, and the counter.
 *
 * <p>Any thread.
 */
public final class InFlight<T extends InFlight.Entry> {

  /** Something with an id. */
  public interface Entry {
    /** The id that {@link #add} has given it. */
    long callId();

    /** Told by {@link #add}, before anybody else can see the entry. */
    void callId(long id);
  }

  /** Enough for 0 to {@link Frame#SLOTS_MAX}. */
  private static final int FIELD_BITS = Frame.SLOT_BITS + 1;

  private static final int FIELD_MASK = (1 << FIELD_BITS) - 1;
  private static final long FREE_ONE = 1L << FIELD_BITS;
  private static final long COUNT_ONE = 1L << (2 * FIELD_BITS);

  private final int capacity;
  private final SlotTable<Slot<T>> slots = new SlotTable<>();
  private final AtomicInteger created = new AtomicInteger();
  private final AtomicLong head = new AtomicLong();

  /**
   * @param capacity how many calls may be open, 1 to {@link Frame#SLOTS_MAX}
   */
  public InFlight(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Takes a call in and gives it its id.
   *
   * @return whether there was a free slot
   */
  public boolean add(T call) {
    Slot<T> slot = pop();
    if (slot == null) {
      slot = create();
      if (slot == null) {
        return false;
      }
    }
    call.callId((long) slot.generation << Frame.SLOT_BITS | slot.index);
    slot.call(call);
    return true;
  }

  /**
   * Hands out the call of this id, whose answer has come; {@code null} when it has left already.
   */
  public @Nullable T take(long callId) {
    Slot<T> slot = slots.get(Frame.slot(callId));
    T call = slot == null ? null : slot.call();
    if (slot == null || call == null || call.callId() != callId || !slot.empty(call)) {
      return null;
    }
    push(slot);
    return call;
  }

  /** Shows the call of this id, which stays; {@code null} when it has left already. */
  public @Nullable T get(long callId) {
    Slot<T> slot = slots.get(Frame.slot(callId));
    T call = slot == null ? null : slot.call();
    return call == null || call.callId() != callId ? null : call;
  }

  /**
   * Removes a call whose answer has come, or that was never sent: its id may be used again.
   *
   * @return whether it was there
   */
  public boolean remove(T call) {
    Slot<T> slot = slots.get(Frame.slot(call.callId()));
    if (slot == null || !slot.empty(call)) {
      return false;
    }
    push(slot);
    return true;
  }

  /**
   * Removes a call whose answer will be nobody's, should it come.
   *
   * @return whether it was there
   */
  public boolean abandon(T call) {
    Slot<T> slot = slots.get(Frame.slot(call.callId()));
    if (slot == null || !slot.empty(call)) {
      return false;
    }
    slot.generation = (slot.generation + 1) & Integer.MAX_VALUE;
    push(slot);
    return true;
  }

  /** Shows every call that is in it the whole time. */
  public void forEach(Consumer<T> action) {
    slots.forEach(slot -> {
      T call = slot.call();
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

  private @Nullable Slot<T> create() {
    int index = created.get();
    while (index < capacity && !created.compareAndSet(index, index + 1)) {
      index = created.get();
    }
    if (index >= capacity) {
      return null;
    }
    Slot<T> slot = new Slot<>(index);
    slots.set(index, slot);
    return slot;
  }

  private @Nullable Slot<T> pop() {
    for (; ; ) {
      long now = head.get();
      int top = (int) now & FIELD_MASK;
      if (top == 0) {
        return null;
      }
      Slot<T> slot = slots.get(top - 1);
      if (slot == null) {
        throw new AssertionError("free slot " + (top - 1) + " does not exist");
      }
      if (head.compareAndSet(now, (above(now) - FREE_ONE) | slot.next)) {
        return slot;
      }
    }
  }

  private void push(Slot<T> slot) {
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

  /** Whoever empties it owns it until it is pushed, and whoever pops it until it is filled. */
  private static final class Slot<T> {

    private static final VarHandle CALL;

    static {
      try {
        CALL = MethodHandles.lookup().findVarHandle(Slot.class, "call", Object.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    final int index;
    int generation;

    /** The next free slot plus one. Read by threads that then fail to pop: volatile. */
    volatile int next;

    private volatile @Nullable Object call;

    Slot(int index) {
      this.index = index;
    }

    @SuppressWarnings("unchecked") // only call(T) sets it
    @Nullable T call() {
      return (T) call;
    }

    void call(T newCall) {
      call = newCall;
    }

    boolean empty(T expected) {
      return CALL.compareAndSet(this, expected, null);
    }
  }
}
