package dev.weft.internal.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.internal.wire.FrameWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** The order of what waits to be written. */
public final class OutgoingQueueStress {

  private OutgoingQueueStress() {}

  /** A message with a name. */
  private static final class Named extends Outgoing {
    final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public long frameBytesMax() {
      return 0;
    }

    @Override
    public boolean writeTo(FrameWriter out, long nowNanos) {
      return true;
    }

    @Override
    public void unsent(Throwable reason) {}
  }

  private static String takeAll(OutgoingQueue queue) {
    StringBuilder order = new StringBuilder();
    for (Named message = take(queue); message != null; message = take(queue)) {
      order.append(message.name);
    }
    return order.toString();
  }

  private static @Nullable Named take(OutgoingQueue queue) {
    return (Named) queue.take();
  }

  /** The calls of a batch go out together. */
  @JCStressTest
  @Outcome(
      id = {"abc, 3", "cab, 3"},
      expect = ACCEPTABLE,
      desc = "in order, side by side")
  @Outcome(expect = FORBIDDEN, desc = "something came in between, or got lost")
  @State
  public static class PutAllAndPut {
    private final OutgoingQueue queue = new OutgoingQueue();

    @Actor
    public void batch() {
      queue.putAll(List.of(new Named("a"), new Named("b")));
    }

    @Actor
    public void other() {
      queue.put(new Named("c"));
    }

    @Arbiter
    public void end(L_Result result) {
      int depth = queue.newOnes();
      result.r1 = takeAll(queue) + ", " + depth;
    }
  }

  /** Whoever holds the outbox takes while others put. */
  @JCStressTest
  @Outcome(id = "abc", expect = ACCEPTABLE, desc = "the oldest first, each once")
  @Outcome(expect = FORBIDDEN, desc = "overtaken, doubled or lost")
  @State
  public static class PutAndTake {
    private final OutgoingQueue queue = new OutgoingQueue();
    private String taken = "";

    /** One waits already. */
    public PutAndTake() {
      queue.put(new Named("a"));
    }

    @Actor
    public void caller() {
      queue.put(new Named("b"));
      queue.put(new Named("c"));
    }

    @Actor
    public void holder() {
      taken = takeAll(queue);
    }

    @Arbiter
    public void end(L_Result result) {
      result.r1 = taken + takeAll(queue);
    }
  }
}
