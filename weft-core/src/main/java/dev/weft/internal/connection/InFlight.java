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
 * <p>The free slots are a stack (Treiber's, with a counter against ABA): {@code head} is the
 * counter in the upper and the top slot plus one in the lower half.
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

  private static final long COUNT_ONE = 1L << 32;

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

  /** How many calls are open. Looks at all slots. */
  public int size() {
    int[] count = new int[1];
    forEach(call -> count[0]++);
    return count[0];
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
      int top = (int) now;
      if (top == 0) {
        return null;
      }
      Slot<T> slot = slots.get(top - 1);
      if (slot == null) {
        throw new AssertionError("free slot " + (top - 1) + " does not exist");
      }
      if (head.compareAndSet(now, nextCount(now) | slot.next)) {
        return slot;
      }
    }
  }

  private void push(Slot<T> slot) {
    long now;
    do {
      now = head.get();
      slot.next = (int) now;
    } while (!head.compareAndSet(now, nextCount(now) | (slot.index + 1)));
  }

  private static long nextCount(long head) {
    return (head & -COUNT_ONE) + COUNT_ONE;
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
