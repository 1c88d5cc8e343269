package dev.weft.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait to be written: any thread puts in, whoever holds the outbox takes out, the
 * oldest first.
 *
 * <p>A stack (Treiber's) whose links are in the messages themselves; it is taken as a whole and
 * turned around. Putting in allocates nothing and is one compare-and-set: whatever befalls the
 * thread, a stack overflow of its caller for example, the message is either in or not, and nobody
 * else waits.
 */
final class OutgoingQueue {

  private static final VarHandle TOP;

  static {
    try {
      TOP = MethodHandles.lookup().findVarHandle(OutgoingQueue.class, "top", Outgoing.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Outgoing top;

  /** Turned around already. Whoever holds the outbox. */
  private @Nullable Outgoing oldest;

  /**
   * Any thread.
   *
   * @return how many messages there are now that nobody has looked at
   */
  int put(Outgoing message) {
    Outgoing below;
    int depth;
    do {
      below = top;
      depth = below == null ? 1 : below.depth + 1;
      message.next = below;
      message.depth = depth;
    } while (!TOP.compareAndSet(this, below, message));
    return depth;
  }

  /** Puts in several, in their order and with nothing in between. Any thread. */
  void putAll(List<? extends Outgoing> messages) {
    Outgoing newest = messages.get(messages.size() - 1);
    Outgoing below;
    do {
      below = top;
      Outgoing previous = below;
      for (Outgoing message : messages) {
        message.next = previous;
        message.depth = previous == null ? 1 : previous.depth + 1;
        previous = message;
      }
    } while (!TOP.compareAndSet(this, below, newest));
  }

  /** Whether messages have come that nobody has looked at. Any thread. */
  boolean hasNew() {
    return top != null;
  }

  /** How many messages nobody has looked at. Any thread. */
  int newOnes() {
    Outgoing newest = top;
    return newest == null ? 0 : newest.depth;
  }

  /** Whoever holds the outbox. */
  boolean isEmpty() {
    return oldest == null && top == null;
  }

  /** Takes the oldest message out. Whoever holds the outbox. */
  @Nullable Outgoing take() {
    Outgoing message = takeAll();
    if (message != null) {
      oldest = message.next;
      message.next = null;
    }
    return message;
  }

  /**
   * Takes out what waits, the oldest first, each with a link to the next: whoever takes one from
   * the next cuts the link, and {@link #putBack} takes the rest. Cheaper than one after the other:
   * the garbage collector has to learn of each message that is stored in this object. Whoever holds
   * the outbox.
   */
  @Nullable Outgoing takeAll() {
    Outgoing all = oldest;
    if (all == null) {
      return turnAround((Outgoing) TOP.getAndSet(this, (Outgoing) null));
    }
    oldest = null;
    return all;
  }

  /** Puts the rest of what {@link #takeAll} took back, in front of all others. */
  void putBack(Outgoing rest) {
    oldest = rest;
  }

  private static @Nullable Outgoing turnAround(@Nullable Outgoing newest) {
    Outgoing turned = null;
    Outgoing rest = newest;
    while (rest != null) {
      Outgoing next = rest.next;
      rest.next = turned;
      turned = rest;
      rest = next;
    }
    return turned;
  }
}
