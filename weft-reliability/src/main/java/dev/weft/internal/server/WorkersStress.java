package dev.weft.internal.server;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.Execution;
import dev.weft.internal.connection.Patience;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * The threads that run handlers. They are virtual ones, as always: an actor is the reader thread,
 * and what it meets are workers on carriers of their own.
 */
public final class WorkersStress {

  private WorkersStress() {}

  /** A call comes when the worker that has run the last one is about to sleep. */
  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE, desc = "both calls are answered")
  @Outcome(expect = FORBIDDEN, desc = "a call stays in the queue, or its answer in the outbox")
  @State
  public static class RunAndSettle {
    private final AtomicInteger run = new AtomicInteger();
    private final StressServer server =
        new StressServer(
            Execution.virtualThreads(),
            10,
            (context, argument) -> {
              run.incrementAndGet();
              return argument;
            });

    @Actor
    public void reader() {
      server.request(0);
      Patience.until(() -> run.get() == 1);
      server.request(1);
    }

    /** Takes the other processor away now and then, so that threads stop anywhere. */
    @Actor
    public void nobody() {
      Thread.yield();
    }

    @Arbiter
    public void end(L_Result result) {
      Patience.until(() -> server.messagesWritten() == 2);
      result.r1 = server.messagesWritten();
      server.end();
    }
  }
}
