package dev.weft.internal.client;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.internal.client.StressClient.Line;
import dev.weft.internal.connection.Patience;
import dev.weft.internal.connection.StressTime;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Calls begin while connections come, go away, are lost, and while the client ends. */
public final class LinksStress {

  private LinksStress() {}

  /** There was no connection, and now there is one. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "the call is sent")
  @Outcome(expect = FORBIDDEN, desc = "it waits for a connection that is there, or is sent twice")
  @State
  public static class StartAndOpen {
    private final StressClient client = new StressClient(new StressTime(), 1);
    private final ClientCall call = client.call(Thread.currentThread());
    private final Line line = client.line();

    @Actor
    public void caller() {
      client.links.start(call);
    }

    @Actor
    public void reader() {
      line.open();
    }

    @Arbiter
    public void end(L_Result result) {
      result.r1 = line.channel.sent().requests().size();
    }
  }

  /** The server goes away: what was sent is waited for, all else goes elsewhere. */
  @JCStressTest
  @Outcome(id = "1 here 0 elsewhere, open", expect = ACCEPTABLE, desc = "sent, and waited for")
  @Outcome(id = "0 here 1 elsewhere, closed", expect = ACCEPTABLE, desc = "sent elsewhere")
  @Outcome(expect = FORBIDDEN, desc = "closed over a call that was sent, or the call is stuck")
  @State
  public static class SendAndGoAway {
    private final StressClient client = new StressClient(new StressTime(), 1);
    private final Line line = client.openLine();
    private final Line next = client.line();
    private final ClientCall call = client.entered(Thread.currentThread());

    @Actor
    public void caller() {
      line.carrier.offer(call);
    }

    @Actor
    public void reader() {
      line.goAway();
    }

    @Arbiter
    public void end(LL_Result result) {
      next.open();
      int here = line.channel.sent().requests().size();
      result.r1 = here + " here " + next.channel.sent().requests().size() + " elsewhere";
      // A thread of its own closes it.
      boolean open = here == 1 ? line.channel.isOpen() : !Patience.until(() -> !isOpen());
      result.r2 = open ? "open" : "closed";
    }

    private boolean isOpen() {
      return line.channel.isOpen();
    }
  }

  /** The connection is lost. */
  @JCStressTest
  @Outcome(id = "failed MAYBE, 0", expect = ACCEPTABLE, desc = "it was sent, or is said to be")
  @Outcome(id = "open, 1", expect = ACCEPTABLE, desc = "it goes out on the next connection")
  @Outcome(expect = FORBIDDEN, desc = "it is stuck, or fails and is sent again")
  @State
  public static class StartAndLose {
    private final StressClient client = new StressClient(new StressTime(), 1);
    private final Line line = client.openLine();
    private final Line next = client.line();
    private final ClientCall call = client.call(Thread.currentThread());

    @Actor
    public void caller() {
      client.links.start(call);
    }

    @Actor
    public void reader() {
      line.lose();
    }

    @Arbiter
    public void end(LL_Result result) {
      next.open();
      result.r1 = StressClient.end(call);
      result.r2 = next.channel.sent().requests().size();
    }
  }

  /** The client is closed, and has a connection. */
  @JCStressTest
  @Outcome(
      id = {"failed NO, 1", "failed MAYBE, 1"},
      expect = ACCEPTABLE,
      desc = "not sent, or sent")
  @Outcome(expect = FORBIDDEN, desc = "a call of a closed client stays open")
  @State
  public static class StartAndClose {
    private final StressClient client = new StressClient(new StressTime(), 1);
    private final ClientCall call = client.call(Thread.currentThread());

    /** With a connection. */
    public StartAndClose() {
      client.openLine();
    }

    @Actor
    public void caller() {
      client.links.start(call);
    }

    @Actor
    public void closer() {
      client.links.close();
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = StressClient.end(call);
      result.r2 = client.freeSlots();
    }
  }

  /** The same without a connection: the call waits for one. */
  @JCStressTest
  @Outcome(id = "failed NO, 1", expect = ACCEPTABLE, desc = "it was not sent")
  @Outcome(expect = FORBIDDEN, desc = "a call of a closed client waits for a connection")
  @State
  public static class StartAndCloseUnconnected {
    private final StressClient client = new StressClient(new StressTime(), 1);
    private final ClientCall call = client.call(Thread.currentThread());

    @Actor
    public void caller() {
      client.links.start(call);
    }

    @Actor
    public void closer() {
      client.links.close();
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = StressClient.end(call);
      result.r2 = client.freeSlots();
    }
  }

  /** The heartbeat falls asleep, because nothing is expected, when a call is sent. */
  @JCStressTest
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "the server is watched")
  @Outcome(expect = FORBIDDEN, desc = "an answer is expected, and nobody watches the server")
  @State
  public static class SendAndHeartbeatSleeps {
    private final StressTime time = new StressTime();
    private final StressClient client = new StressClient(time, 1);
    private final Line line = client.openLine();
    private final ClientCall call = client.entered(Thread.currentThread());
    private final Runnable look;

    /** It is awake, and looks. */
    public SendAndHeartbeatSleeps() {
      line.carrier.watch();
      look = time.next();
    }

    @Actor
    public void caller() {
      line.carrier.offer(call);
    }

    @Actor
    public void timer() {
      look.run();
    }

    @Arbiter
    public void end(L_Result result) {
      result.r1 = time.hasTasks();
    }
  }
}
