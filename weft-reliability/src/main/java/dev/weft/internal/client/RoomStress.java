package dev.weft.internal.client;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.OverflowPolicy;
import dev.weft.internal.connection.StressTime;
import dev.weft.internal.connection.SystemTime;
import dev.weft.spi.Payload;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Room among the open calls: whoever waits for it hears of it. */
public final class RoomStress {

  private RoomStress() {}

  /** The only open call ends when somebody begins to wait for its place. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "it has the place")
  @Outcome(expect = FORBIDDEN, desc = "it waits, and there is room")
  @State
  public static class WaitAndEnd {
    private final StressClient client =
        new StressClient(SystemTime.INSTANCE, 1, OverflowPolicy.WAIT);
    private final ClientCall first = client.entered(Thread.currentThread());

    @Actor
    public void caller(L_Result result) {
      ClientCall second = client.call(Thread.currentThread());
      client.links.start(second);
      result.r1 = !second.hasEnded();
    }

    @Actor
    public void canceller() {
      client.links.cancel(first, "stress");
    }

    @Arbiter
    public void end(L_Result result) {
      client.calls.close(); // or its timers hold it for the calls' whole time
    }
  }

  /** Somebody has taken the last place, and gives it back because his call is too large. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "it has the place")
  @Outcome(expect = FORBIDDEN, desc = "it waits, and there is room")
  @State
  public static class WaitAndGiveBack {
    private final StressClient client =
        new StressClient(SystemTime.INSTANCE, 1, OverflowPolicy.WAIT);

    @Actor
    public void caller(L_Result result) {
      ClientCall call = client.call(Thread.currentThread());
      client.links.start(call);
      result.r1 = !call.hasEnded();
    }

    @Actor
    public void tooLarge() {
      client.links.start(client.call(Thread.currentThread(), StressClient.OPEN_BYTES_MAX + 1));
    }

    @Arbiter
    public void end(L_Result result) {
      client.calls.close(); // or its timers hold it for the calls' whole time
    }
  }

  /** Calls of a batch have futures before they are made: one is cancelled when it is taken in. */
  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE, desc = "all have ended, all places are free")
  @Outcome(expect = FORBIDDEN, desc = "a call that has ended holds a place for ever")
  @State
  public static class BatchAndCancel {
    private final StressClient client = new StressClient(new StressTime(), 2);
    private final CallFuture<String> future = new CallFuture<>();
    private final ClientCall one = call();
    private final ClientCall two = call();

    private ClientCall call() {
      ClientCall call =
          new ClientCall(client.echo, new Payload(), 0, StressClient.TIMEOUT_NANOS, null, false);
      call.inBatch();
      return call;
    }

    @Actor
    public void batch() {
      future.call(one);
      new CallFuture<>().call(two);
      client.links.startAll(List.of(one, two), false);
      one.cancelIfUnwanted();
    }

    @Actor
    public void canceller() {
      future.cancel(true);
    }

    @Arbiter
    public void end(L_Result result) {
      client.links.cancel(two, "the sample is over");
      result.r1 = client.freeSlots();
    }
  }
}
