package dev.weft.internal.server;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.Execution;
import dev.weft.internal.connection.Patience;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Calls wait in front of a closed gate; when it opens, somebody lets them through. */
public final class GateStress {

  private GateStress() {}

  /** The only call that may run ends when the next one comes to wait. */
  @JCStressTest
  @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "both were run, the gate is open again")
  @Outcome(expect = FORBIDDEN, desc = "a call waits in front of an open gate")
  @State
  public static class ArriveAndLeave {
    private final StressServer server =
        new StressServer(Execution.inline(), 1, (context, argument) -> argument);
    private final Gate[] gates = server.gates();

    /** One has passed the gate. */
    public ArriveAndLeave() {
      if (Gate.pass(gates) != 1) {
        throw new AssertionError("a new gate is closed");
      }
    }

    @Actor
    public void reader() {
      server.request(0);
      server.request(1);
    }

    @Actor
    public void worker() {
      server.core.waiting().leave(gates, 1);
    }

    @Arbiter
    public void end(LL_Result result) {
      Patience.until(() -> server.messagesWritten() == 2 && server.core.runningCalls() == 0);
      result.r1 = server.messagesWritten();
      result.r2 = server.core.runningCalls() + server.core.waitingCalls();
    }
  }

  /** A call that waits is cancelled when it is let through. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "answered once, and the gate is open again")
  @Outcome(expect = FORBIDDEN, desc = "no answer or two, or the gate counts wrong")
  @State
  public static class CancelAndLeave {
    private final StressServer server =
        new StressServer(Execution.inline(), 1, (context, argument) -> argument);
    private final Gate[] gates = server.gates();

    /** One has passed the gate, another waits. */
    public CancelAndLeave() {
      if (Gate.pass(gates) != 1) {
        throw new AssertionError("a new gate is closed");
      }
      server.request(0);
    }

    @Actor
    public void reader() {
      server.served.cancel(0);
    }

    @Actor
    public void worker() {
      server.core.waiting().leave(gates, 1);
    }

    @Arbiter
    public void end(LL_Result result) {
      Patience.until(() -> server.messagesWritten() == 1 && server.core.runningCalls() == 0);
      result.r1 = server.messagesWritten();
      result.r2 = server.core.runningCalls() + server.core.waitingCalls();
    }
  }
}
