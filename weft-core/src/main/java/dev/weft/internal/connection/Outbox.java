package dev.weft.internal.connection;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.spi.TimeSource;
import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
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
 * sees the other's message. All fields below {@code holder} belong to the thread that holds it.
 *
 * <p>This is flat combining: Hendler, Incze, Shavit, Tzafrir (2010), "Flat combining and the
 * synchronization-parallelism tradeoff". Any thread.
 */
public final class Outbox {

  private static final int IDLE = 0;
  private static final int HELD = 1;

  /** Blocks that a thread writes before it leaves the others' messages to the writer thread. */
  private static final int ROUNDS_MAX = 8;

  /** Bytes of a block that small messages leave to a big one that waits. */
  private static final int BIG_ONES_SHARE = Block.BYTES_MAX / 4;

  /**
   * Only messages of at least this many bytes are counted: the small are bounded by their number.
   */
  private static final int COUNTED_BYTES_MIN = 1024;

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
  private final TimeSource time;
  private final Traffic traffic;
  private final Consumer<Throwable> onFailure;
  private final OutgoingQueue queue = new OutgoingQueue();
  private final AtomicLong countedBytes = new AtomicLong();
  private final Thread writer = Thread.ofVirtual().name("weft-writer").unstarted(this::runWriter);
  private volatile @Nullable Thread reader;
  private volatile @Nullable Throwable closed;

  @SuppressWarnings("unused") // accessed as HOLDER
  private volatile int holder;

  /** Whether somebody must still be told that the outbox broke. */
  private volatile boolean untold;

  /** Whether the writer thread is to take the outbox over from its holder. */
  private volatile boolean handedOver;

  private final ByteBuffer block =
      ByteBuffer.allocateDirect(Block.HEADER_BYTES_MAX + Block.BYTES_MAX)
          .order(ByteOrder.LITTLE_ENDIAN);
  private final FrameWriter frames = new FrameWriter(block);
  private final Queue<Outgoing> bigOnes = new ArrayDeque<>();
  private @Nullable Outgoing carried;
  private int lastMessages;

  /** Whether the block has its header, and is not yet written to its end. */
  private boolean sealed;

  /**
   * @param onFailure is told, on the writing thread, why a write has failed
   */
  Outbox(
      TransportChannel channel, TimeSource time, Traffic traffic, Consumer<Throwable> onFailure) {
    this.channel = channel;
    this.time = time;
    this.traffic = traffic;
    this.onFailure = onFailure;
  }

  /** Starts the writer thread. From now on, messages from the calling thread wait for a flush. */
  void open() {
    reader = Thread.currentThread();
    writer.start();
  }

  /** Sends a message, now or together with others, without waiting for anything. */
  public void offer(Outgoing message) {
    enqueue(message);
    if (Thread.currentThread() != reader) {
      flush();
    }
  }

  /** Has a message sent with the next {@link #flush}, which the caller must see to. */
  public void enqueue(Outgoing message) {
    long bytes = message.frameBytesMax();
    if (bytes >= COUNTED_BYTES_MIN) {
      countedBytes.addAndGet(bytes);
    }
    queue.put(message);
  }

  /** Whether it sends nothing any more. */
  public boolean isClosed() {
    return closed != null;
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
    while (queue.hasNew() && HOLDER.compareAndSet(this, IDLE, HELD)) {
      try {
        if (!drainNow()) {
          handOver();
          return;
        }
      } catch (Throwable e) {
        // A stack overflow of the caller's, perhaps: then there is no room for a call, either.
        closed = e;
        untold = true;
        handedOver = false;
        holder = IDLE;
        try {
          Thread.startVirtualThread(this::tell); // which has a stack of its own
        } catch (StackOverflowError again) {
          // Then the next caller does.
        }
        throw e;
      }
      holder = IDLE;
    }
  }

  /** Sends nothing any more: what waits, and what comes later, is told that it is unsent. */
  void close(Throwable reason) {
    closed = reason;
    takeOver(); // from a writer thread that was never started, or has just ended
    flush();
    LockSupport.unpark(writer); // to end it
  }

  /** After it was closed: waits until nothing is under way any more, neither sent nor unsent. */
  void awaitEnd() {
    for (int tries = 0; !HOLDER.compareAndSet(this, IDLE, HELD); tries++) {
      // Its holder is about to notice; should he take his time, he must not be starved.
      if (tries < END_YIELDS) {
        Thread.yield();
      } else {
        LockSupport.parkNanos(END_PAUSE_NANOS);
      }
    }
    try {
      Throwable reason = closed;
      if (reason != null) {
        turnAway(reason);
      }
    } finally {
      holder = IDLE;
    }
    flush();
  }

  /**
   * Writes without ever waiting.
   *
   * @return whether everything was written
   */
  private boolean drainNow() {
    for (int round = 0; hasWaiting(); round++) {
      if (closed == null && (round == ROUNDS_MAX || !channel.canWriteNow())) {
        return false;
      }
      if (!writeNextBlock(false)) {
        return false;
      }
    }
    return true;
  }

  private void handOver() {
    handedOver = true;
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
      while (hasWaiting()) {
        writeNextBlock(true);
      }
    } catch (Throwable e) { // the writer thread's outer edge
      closed = e;
      untold = true;
    }
    holder = IDLE;
    flush();
    return true;
  }

  private boolean hasWaiting() {
    return sealed
        || carried != null
        || frames.isFragmenting()
        || !bigOnes.isEmpty()
        || !queue.isEmpty();
  }

  /**
   * Fills a block and writes it, or goes on with the last one.
   *
   * @param wait whether to wait until the channel takes it all
   * @return whether it was written to its end, or turned away
   */
  private boolean writeNextBlock(boolean wait) {
    Throwable reason = closed;
    if (reason != null) {
      turnAway(reason);
      return true;
    }
    if (!sealed) {
      if (lastMessages > 1) {
        // We were not alone last time: let the others bring their messages, for a fuller block.
        Thread.yield();
      }
      lastMessages = fillBlock();
    }
    return !sealed || writeBlock(wait);
  }

  private int fillBlock() {
    block.clear().position(Block.HEADER_BYTES_MAX);
    long nowNanos = time.nanoTime();
    int messages = 0;
    long counted = 0;
    boolean bigOneWaits = frames.isFragmenting() || !bigOnes.isEmpty();
    int reserved = bigOneWaits ? BIG_ONES_SHARE : 0;
    for (Outgoing message = next(); message != null; message = next()) {
      long bytes = message.frameBytesMax();
      if (bytes > Block.BYTES_MAX) {
        bigOnes.add(message);
        continue;
      }
      boolean isFirst = block.position() == Block.HEADER_BYTES_MAX;
      if (bytes > block.remaining() - (isFirst ? 0 : reserved)) {
        carried = message;
        break;
      }
      if (message.writeTo(frames, nowNanos)) {
        messages++;
      }
      if (bytes >= COUNTED_BYTES_MIN) {
        counted += bytes;
      }
    }
    // The small ones first, then as much of one big message as there is room for.
    while (!frames.fragment()
        && !frames.isFragmenting()
        && !bigOnes.isEmpty()
        && block.remaining() >= FrameWriter.BEGIN_BYTES_MAX) {
      Outgoing big = bigOnes.remove();
      counted += big.frameBytesMax();
      if (big.writeTo(frames, nowNanos)) {
        messages++;
      }
    }
    if (counted > 0) {
      countedBytes.addAndGet(-counted);
    }
    if (block.position() > Block.HEADER_BYTES_MAX) {
      Block.seal(block);
      sealed = true;
    }
    return messages;
  }

  private @Nullable Outgoing next() {
    Outgoing message = carried;
    if (message != null) {
      carried = null;
      return message;
    }
    return queue.take();
  }

  private boolean writeBlock(boolean wait) {
    int before = block.remaining();
    int systemCalls = 0;
    int bytes;
    if (wait) {
      Thread.interrupted(); // what a callback may have left behind would close the channel
    }
    try {
      do {
        bytes = wait ? channel.write(block) : channel.writeNow(block);
        systemCalls++;
      } while (block.hasRemaining() && (wait || bytes > 0));
      sealed = block.hasRemaining();
      traffic.wrote(systemCalls, before - block.remaining(), sealed ? 0 : lastMessages);
    } catch (IOException | RuntimeException e) {
      if (!(e instanceof ClosedChannelException)) { // which is this side's own doing
        traffic.writeFailed();
      }
      closed = e;
      onFailure.accept(e);
    }
    return !sealed || closed != null;
  }

  private void turnAway(Throwable reason) {
    sealed = false;
    frames.dropBig();
    for (Outgoing message = next(); message != null; message = next()) {
      turnAway(message, reason);
    }
    while (!bigOnes.isEmpty()) {
      turnAway(bigOnes.remove(), reason);
    }
  }

  private void turnAway(Outgoing message, Throwable reason) {
    long bytes = message.frameBytesMax();
    if (bytes >= COUNTED_BYTES_MIN) {
      countedBytes.addAndGet(-bytes);
    }
    try {
      message.unsent(reason);
    } catch (RuntimeException e) { // one of them must not strand the others
      reason.addSuppressed(e);
    }
  }
}
