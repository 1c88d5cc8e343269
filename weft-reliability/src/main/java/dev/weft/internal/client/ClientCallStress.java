package dev.weft.internal.client;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.CallOptions;
import dev.weft.internal.client.StressClient.Line;
import dev.weft.internal.connection.SentFrames;
import dev.weft.internal.connection.StressTime;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** How a call ends when two things happen at once that can end it. */
public final class ClientCallStress {

  private ClientCallStress() {}

  /** The answer comes when its future is cancelled. */
  @JCStressTest
  @Outcome(id = "answered, 1", expect = ACCEPTABLE, desc = "the answer was first")
  @Outcome(id = "cancelled, 1", expect = ACCEPTABLE, desc = "the cancellation was first")
  @Outcome(expect = FORBIDDEN, desc = "no end, or its slot is free twice or never")
  @State
  public static class AnswerAndCancel {
    private final StressClient client = new StressClient(new StressTime(), 1);
    private final Line line = client.openLine();
    private final ClientCall call = client.call(null);
    private final CallFuture<String> future = new CallFuture<>();

    /** One call is sent. */
    public AnswerAndCancel() {
      future.call(call);
      client.links.start(call);
    }

    @Actor
    public void reader() {
      line.answer(call.callId());
    }

    @Actor
    public void caller() {
      future.cancel(true);
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 =
          future.isCancelled()
              ? "cancelled"
              : StressClient.TEXT.equals(future.getNow("none")) ? "answered" : "a wrong answer";
      result.r2 = client.freeSlots();
    }
  }

  /** The answer comes when its time is over. */
  @JCStressTest
  @Outcome(id = "answered, 1", expect = ACCEPTABLE, desc = "the answer was first")
  @Outcome(id = "failed MAYBE, 1", expect = ACCEPTABLE, desc = "the deadline was first")
  @Outcome(expect = FORBIDDEN, desc = "no end, or its slot is free twice or never")
  @State
  public static class AnswerAndDeadline {
    private final StressTime time = new StressTime();
    private final StressClient client = new StressClient(time, 1);
    private final Line line = client.openLine();
    private final ClientCall call = client.call(Thread.currentThread());
    private final Runnable look;

    /** One call is sent, and its time is over. */
    public AnswerAndDeadline() {
      client.links.start(call);
      look = time.next();
      time.set(StressClient.TIMEOUT_NANOS);
    }

    @Actor
    public void reader() {
      line.answer(call.callId());
    }

    @Actor
    public void timer() {
      look.run();
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = StressClient.end(call);
      result.r2 = client.freeSlots();
    }
  }

  /** A call is cancelled when it is just written. */
  @JCStressTest
  @Outcome(id = "failed NO, 0 requests 0 cancels", expect = ACCEPTABLE, desc = "before")
  @Outcome(id = "failed MAYBE, 1 requests 1 cancels", expect = ACCEPTABLE, desc = "after")
  @Outcome(expect = FORBIDDEN, desc = "it is said not to have run, and was sent")
  @State
  public static class WriteAndCancel {
    private final StressClient client = new StressClient(new StressTime(), 1);
    private final Line line = client.openLine();
    private final ClientCall call = client.entered(Thread.currentThread());

    @Actor
    public void holder() {
      line.carrier.offer(call);
    }

    @Actor
    public void canceller() {
      client.links.cancel(call, "stress");
    }

    @Arbiter
    public void end(LL_Result result) {
      SentFrames sent = line.channel.sent();
      result.r1 = StressClient.end(call);
      result.r2 = sent.requests().size() + " requests " + sent.cancels().size() + " cancels";
    }
  }

  /** A thread waits for an answer that just comes. */
  @JCStressTest
  @Outcome(id = "text, 1", expect = ACCEPTABLE, desc = "it has its answer")
  @Outcome(expect = FORBIDDEN, desc = "it sleeps on, or has another one's answer")
  @State
  public static class WaitAndAnswer {
    private final StressClient client = new StressClient(new StressTime(), 1);
    private final Line line = client.openLine();

    @Actor
    public void caller(LL_Result result) {
      try {
        result.r1 = client.calls.call(client.echo, StressClient.TEXT, CallOptions.DEFAULT);
      } catch (Throwable e) {
        result.r1 = e.toString();
      }
    }

    /** As a server answers: not before it has the whole request. */
    @Actor
    public void reader() {
      while (!line.hasWritten()) {
        Thread.onSpinWait();
      }
      line.answer(0);
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r2 = client.freeSlots();
    }
  }
}
