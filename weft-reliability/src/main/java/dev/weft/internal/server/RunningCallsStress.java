package dev.weft.internal.server;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.Execution;
import dev.weft.Metadata;
import dev.weft.spi.Payload;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** The payloads that a server's slots lend. */
public final class RunningCallsStress {

  private RunningCallsStress() {}

  /** A client uses a slot again before, or when, its answer is written. */
  @JCStressTest
  @Outcome(id = "two payloads, empty", expect = ACCEPTABLE, desc = "each call has its own")
  @Outcome(expect = FORBIDDEN, desc = "two calls have one payload, or one that is not empty")
  @State
  public static class WriteAndReuse {
    private static final StressServer SERVER =
        new StressServer(Execution.inline(), 1, (context, argument) -> argument);

    private final RunningCalls calls = new RunningCalls();
    private final Payload payload = Payload.of(new byte[10]);
    private final ServerCall call =
        new ServerCall(SERVER.called(SERVER.method()), 0, 0, 1, Metadata.EMPTY, payload);

    @Actor
    public void holder() {
      calls.written(call, payload);
    }

    @Actor
    @SuppressWarnings("ReferenceEquality") // whether it is that very payload
    public void reader(LL_Result result) {
      Payload one = calls.payloadFor(0);
      Payload two = calls.payloadFor(1L << 16);
      result.r1 = one == two ? "one payload" : "two payloads";
      result.r2 = one.length() + two.length() == 0 ? "empty" : "not empty";
    }
  }
}
