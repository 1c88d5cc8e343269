package dev.weft.internal.server;

import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.Outbox;
import dev.weft.internal.connection.Turn;
import dev.weft.internal.service.CurrentCall;
import dev.weft.internal.wire.ErrorCode;
import dev.weft.spi.TimeSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.varhandle.SpmcVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs a connection's handlers on virtual threads: never does a call wait for another one's
 * handler, and yet short handlers run one after the other on one thread, without a switch in
 * between.
 *
 * <p>A worker that has taken a call sees to it, before it runs the handler, that another worker is
 * on its way if there is more to do: more calls, or answers to be written. That other one usually
 * comes when everything is done. It finds work only if the first is blocked, or if there is a
 * processor to spare. So the invariant is: while calls or answers wait, a worker that runs no
 * handler is on its way; {@code searching} says so.
 *
 * <p>A call is queued before {@code searching} is read, and {@code searching} is cleared before the
 * queue is read, so one of the two threads sees the other; likewise with answers and the outbox.
 * The queue's own stores are weaker than that, hence the fence.
 */
final class Workers {

  /** More calls than this at a time get a thread of their own at once. */
  private static final int QUEUE_CAPACITY = 512;

  /** Threads that are kept for the next calls; two are enough when handlers do not block. */
  private static final int IDLE_MAX = 2;

  /** Answers do not wait longer than this for those of the next calls. */
  private static final long CORKED_NANOS_MAX = 50_000;

  private static final VarHandle SEARCHING;

  static {
    try {
      SEARCHING = MethodHandles.lookup().findVarHandle(Workers.class, "searching", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Connection connection;
  private final Outbox outbox;
  private final Turn turn;
  private final TimeSource time;
  private final SpmcVarHandleArrayQueue<ServerCall> queue =
      new SpmcVarHandleArrayQueue<>(QUEUE_CAPACITY);
  private final AtomicReferenceArray<@Nullable Worker> idle = new AtomicReferenceArray<>(IDLE_MAX);
  private volatile boolean searching;
  private volatile boolean closed;

  Workers(Connection connection, TimeSource time) {
    this.connection = connection;
    this.outbox = connection.outbox();
    this.turn = connection.turn();
    this.time = time;
  }

  /** Runs the call's handler, now. Reader thread only. */
  void run(ServerCall call) {
    if (!queue.offer(call)) {
      CurrentCall.newThread("weft-handler", call).start();
      turn.woke();
      return;
    }
    VarHandle.fullFence();
    if (ensureSearcher()) {
      turn.woke();
    } else {
      turn.gave();
    }
  }

  /** Lets the threads end that have nothing to do. Any thread. */
  void close() {
    closed = true;
    for (int i = 0; i < IDLE_MAX; i++) {
      wake(idle.getAndSet(i, null));
    }
  }

  private boolean ensureSearcher() {
    if (searching || !SEARCHING.compareAndSet(this, false, true)) {
      return false;
    }
    for (int i = 0; i < IDLE_MAX; i++) {
      if (idle.get(i) != null && wake(idle.getAndSet(i, null))) {
        return true;
      }
    }
    try {
      new Worker().thread.start();
    } catch (Throwable e) { // no memory for it
      searching = false;
      throw e;
    }
    return true;
  }

  private static boolean wake(@Nullable Worker worker) {
    if (worker == null) {
      return false;
    }
    worker.woken = true;
    LockSupport.unpark(worker.thread);
    return true;
  }

  private final class Worker implements Runnable {

    final Thread thread = CurrentCall.newThread("weft-handler", this);
    volatile boolean woken;

    /** When the first of the answers was given that are not yet written. */
    private long corkedSince;

    private boolean corked;

    @Override
    public void run() {
      searching = false;
      boolean more;
      do {
        try {
          serveNext();
          more = !queue.isEmpty() || waitForMore();
        } catch (Throwable e) { // not a handler's: whatever it was about to do is not done
          connection.close(e);
          more = !queue.isEmpty();
        }
      } while (more);
    }

    private void serveNext() {
      ServerCall call = queue.poll();
      if (call == null) {
        uncork(false);
        return;
      }
      long now;
      try {
        now = time.nanoTime();
        prepare(now);
      } catch (Throwable e) {
        call.refuse(ErrorCode.OVERLOADED, "the server has no memory for it");
        throw e;
      }
      call.runCorked(now);
    }

    private void prepare(long now) {
      if (corked && now - corkedSince > CORKED_NANOS_MAX) {
        uncork(true);
      }
      // The answers may be another worker's, which runs a handler by now and has relied on this
      // one.
      if (corked || !queue.isEmpty() || outbox.hasNew()) {
        ensureSearcher();
      }
      if (!corked) {
        corked = true;
        corkedSince = now;
      }
    }

    private void uncork(boolean now) {
      corked = false;
      if (now) {
        outbox.flush();
      } else {
        outbox.flushUnlessReaderDoes();
      }
    }

    /**
     * Waits for calls.
     *
     * @return false when this worker is one too many
     */
    private boolean waitForMore() {
      uncork(false);
      woken = false;
      int place = settle();
      if (place < 0) {
        return false;
      }
      if (closed && idle.compareAndSet(place, this, null)) {
        return !queue.isEmpty();
      }
      if (!queue.isEmpty() && SEARCHING.compareAndSet(Workers.this, false, true)) {
        // Calls have come meanwhile, and nobody else is on the way to them.
        idle.compareAndSet(place, this, null);
      } else {
        while (!woken) {
          LockSupport.park(this);
        }
      }
      searching = false;
      return !closed || !queue.isEmpty();
    }

    private int settle() {
      for (int i = 0; i < IDLE_MAX; i++) {
        if (idle.get(i) == null && idle.compareAndSet(i, null, this)) {
          return i;
        }
      }
      return -1;
    }
  }
}
