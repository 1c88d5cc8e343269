package dev.weft.internal.connection;

import dev.weft.spi.TimeSource;
import dev.weft.spi.TransportChannel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written on one connection, and who writes it: the thread that finds it idle, as
 * long as that needs no waiting; else the connection's writer thread.
 *
 * <p>States of {@code holder}:
 *
 * <pre>
 *   IDLE ──(compare and set, by whoever has put something into the queue)──▶ HELD
 *   HELD ──(the queue was found empty)──▶ IDLE, then the queue is looked at once more
 *   HELD ──(writing would block, or some rounds are over)──▶ HELD by the writer thread
 * </pre>
 *
 * A message is put into the queue before {@code holder} is looked at, and {@code holder} is set to
 * IDLE before the queue is looked at; both are sequentially consistent, so one of the two threads
 * sees the other's message. Its {@link BlockWriter} belongs to the thread that holds it.
 *
 * <p>This is flat combining: Hendler, Incze, Shavit, Tzafrir (2010), "Flat combining and the
 * synchronization-parallelism tradeoff". Any thread.
 */
public final class Outbox {

  private static final int IDLE = 0;
  private static final int HELD = 1;

  /** Blocks that a thread writes before it leaves the others' messages to the writer thread. */
  private static final int ROUNDS_MAX = 8;

  /** How often {@link #awaitEnd} looks again at once, and how long it pauses afterwards. */
  private static final int END_YIELDS = 64;

  private static final long END_PAUSE_NANOS = 100_000;

  private static final VarHandle HOLDER;
  private static final VarHandle HANDED_OVER;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      HOLDER = lookup.findVarHandle(Outbox.class, "holder", int.class);
      HANDED_OVER = lookup.findVarHandle(Outbox.class, "handedOver", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final TransportChannel channel;
  private final GroupSize group = new GroupSize();
  private final TimeSource time;
  private final Consumer<Throwable> onFailure;
  private final OutgoingQueue queue = new OutgoingQueue();
  private final AtomicLong countedBytes = new AtomicLong();
  private final Thread writer = Thread.ofVirtual().name("weft-writer").unstarted(this::runWriter);
  private @Nullable FlushDelay flushDelay;
  private volatile @Nullable Throwable closed;

  @SuppressWarnings("unused") // accessed as HOLDER
  private volatile int holder;

  /** Whether somebody must still be told that the outbox broke. */
  private volatile boolean untold;

  private volatile boolean readerIsAwake;

  /** Whether the writer thread is to take the outbox over from its holder. */
  private volatile boolean handedOver;

  private final BlockWriter blocks;

  /**
   * @param onFailure is told, on any thread, why no more can be written
   */
  Outbox(
      TransportChannel channel, TimeSource time, Traffic traffic, Consumer<Throwable> onFailure) {
    this(channel, time, traffic, onFailure, BufferPool.BLOCKS);
  }

  /** The same, with blocks of another pool, see {@link BlockFiller}. */
  Outbox(
      TransportChannel channel,
      TimeSource time,
      Traffic traffic,
      Consumer<Throwable> onFailure,
      BufferPool buffers) {
    this.channel = channel;
    this.time = time;
    this.onFailure = onFailure;
    BorrowedBuffer buffer = new BorrowedBuffer(buffers, onFailure);
    this.blocks =
        new BlockWriter(
            channel,
            time,
            traffic,
            new BlockFiller(queue, countedBytes, buffer),
            buffer,
            this::broken);
  }

  /** From now on, blocks are compressed. Takes the compressor. Before {@link #open}. */
  void compressWith(BlockCompressor newCompressor) {
    blocks.compressWith(newCompressor);
  }

  /** Starts the writer thread. */
  void open() {
    writer.start();
  }

  /** The reader is awake: until it falls asleep, it flushes what others offer. Reader thread. */
  void readerAwakes() {
    group.adapt();
    readerIsAwake = true;
  }

  /** The reader is about to wait for its peer: from now on, everybody flushes. Reader thread. */
  void readerSleeps() {
    readerIsAwake = false;
    flushSoon();
    if (HOLDER.compareAndSet(this, IDLE, HELD)) {
      release();
      flush();
    }
  }

  /** Nobody writes any more; and while the reader sleeps, the buffers are of more use to others. */
  private void release() {
    boolean kept;
    do {
      kept = readerIsAwake;
      if (!kept) {
        blocks.rest();
      }
      holder = IDLE;
      // The reader, about to sleep, may have found the outbox held.
    } while (kept && !readerIsAwake && HOLDER.compareAndSet(this, IDLE, HELD));
  }

  /** Makes the writer thread look whether there is something to do. */
  void nudgeWriter() {
    LockSupport.unpark(writer);
  }

  /** Sends a message, now or together with others, without waiting for anything. */
  public void offer(Outgoing message) {
    enqueue(message);
    flushUnlessReaderDoes();
  }

  /** Writes what waits, unless the reader is awake, which will do it. */
  public void flushUnlessReaderDoes() {
    if (!readerIsAwake) {
      flushSoon();
    }
  }

  /** As {@link #offer}, of several that go out together: nothing comes in between. */
  public void offerAll(List<? extends Outgoing> messages) {
    for (Outgoing message : messages) {
      count(message);
    }
    queue.putAll(messages);
    flushUnlessReaderDoes();
  }

  /**
   * Has a message sent with the next {@link #flush}, which the caller must see to; at once, if that
   * makes a group.
   */
  public void enqueue(Outgoing message) {
    count(message);
    if (queue.put(message) % group.get() == 0) {
      flushSoon();
    }
  }

  private void count(Outgoing message) {
    long bytes = message.frameBytesMax();
    if (bytes >= BlockFiller.COUNTED_BYTES_MIN) {
      countedBytes.addAndGet(bytes);
    }
  }

  /** Before it is opened: groups are a part of its open calls, see {@link GroupSize}. */
  void groupBy(LongSupplier openCalls) {
    group.of(openCalls);
  }

  /** Before it is opened: has {@link #flushSoon} wait a little. */
  void flushDelay(FlushDelay newDelay) {
    flushDelay = newDelay;
  }

  /** Writes what waits: at once, if no delay is set. */
  void flushSoon() {
    FlushDelay delay = flushDelay;
    if (delay == null) {
      flush();
    } else {
      delay.messageWaits();
    }
  }

  /** Whether messages wait that nobody has looked at. */
  public boolean hasNew() {
    return queue.hasNew();
  }

  /** Whether it sends nothing any more. */
  public boolean isClosed() {
    return closed != null;
  }

  /** Whether all that was offered is written, or turned away. */
  public boolean isIdle() {
    // In this order: a message that has left the queue has a holder until it is written.
    return !queue.hasNew() && holder == IDLE;
  }

  /** How many messages wait that nobody has looked at yet. */
  public int waiting() {
    return queue.newOnes();
  }

  /** Bytes of the larger messages that wait. */
  public long waitingBytes() {
    return countedBytes.get();
  }

  /** Writes what waits, unless somebody is just doing so. */
  public void flush() {
    if (untold) {
      Thread.startVirtualThread(this::tell);
    }
    boolean kept = false; // the buffers, for the reader, who was awake
    while ((queue.hasNew() || (kept && !readerIsAwake)) && HOLDER.compareAndSet(this, IDLE, HELD)) {
      boolean mine = true;
      try {
        if (!drainNow()) {
          mine = false;
          handedOver = true; // from here on, the writer thread may hold it
          wakeWriter();
          return;
        }
        // As release does, but in sight of the catch: the stack may end at any call.
        kept = readerIsAwake;
        if (!kept) {
          blocks.rest();
        }
        holder = IDLE;
      } catch (Throwable e) {
        // A stack overflow of the caller's, perhaps: then there is no room for a call, either.
        closed = e;
        untold = true;
        if (mine) {
          holder = IDLE;
        } // else close() takes it over, if the writer thread has not
        try {
          Thread.startVirtualThread(this::tell); // which has a stack of its own
        } catch (StackOverflowError again) {
          // Then the next caller does.
        }
        throw e;
      }
    }
  }

  /** Sends nothing any more: what waits, and what comes later, is told that it is unsent. */
  void close(Throwable reason) {
    closed = reason;
    readerIsAwake = false;
    takeOver(); // from a writer thread that was never started, or has just ended
    flush();
    LockSupport.unpark(writer); // to end it
  }

  /**
   * After it was closed: waits until nothing is under way any more, neither sent nor unsent, and
   * gives the compressor's memory back.
   */
  void awaitEnd() {
    for (int tries = 0; !HOLDER.compareAndSet(this, IDLE, HELD); tries++) {
      // Its holder is about to notice; should he take his time, he must not be starved.
      if (tries < END_YIELDS) {
        Thread.yield();
      } else {
        time.pause(END_PAUSE_NANOS);
      }
    }
    try {
      Throwable reason = closed;
      if (reason != null) {
        blocks.turnAway(reason);
        blocks.close();
      }
    } finally {
      release();
    }
    flush();
  }

  /**
   * Writes without ever waiting.
   *
   * @return whether everything was written
   */
  private boolean drainNow() {
    for (int round = 0; blocks.hasWaiting(); round++) {
      if (closed == null && (round == ROUNDS_MAX || !channel.canWriteNow())) {
        return false;
      }
      if (!writeNextBlock(false)) {
        return false;
      }
    }
    return true;
  }

  /** It was handed over. */
  private void wakeWriter() {
    if (closed == null) {
      LockSupport.unpark(writer);
    } else {
      takeOver(); // the writer thread may have looked before, and ended
    }
  }

  /** The writer thread: the only one that waits for the channel. */
  private void runWriter() {
    for (; ; ) {
      // In this order: whoever hands over later sees that it is closed.
      boolean last = closed != null;
      if (!takeOver()) {
        if (last) {
          flush();
          return;
        }
        LockSupport.park(this);
      }
    }
  }

  /** What was half done when it broke cannot be mended: the connection must end. */
  private void tell() {
    untold = false;
    Throwable reason = closed;
    if (reason != null) {
      onFailure.accept(reason);
    }
  }

  private boolean takeOver() {
    if (!handedOver || !HANDED_OVER.compareAndSet(this, true, false)) {
      return false;
    }
    try {
      while (blocks.hasWaiting()) {
        writeNextBlock(true);
      }
    } catch (Throwable e) { // the writer thread's outer edge
      closed = e;
      untold = true;
    }
    release();
    flush();
    return true;
  }

  /**
   * @param wait whether to wait until the channel takes the block
   * @return whether it was written to its end, or turned away
   */
  private boolean writeNextBlock(boolean wait) {
    Throwable reason = closed;
    if (reason != null) {
      blocks.turnAway(reason);
      return true;
    }
    return blocks.writeNext(wait) || closed != null;
  }

  /** No block can be made or written any more. Whoever holds it. */
  private void broken(Throwable reason) {
    closed = reason;
    onFailure.accept(reason);
  }
}
