package dev.weft.internal.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Who writes a message: whatever happens at the same time, somebody does, and once. */
public final class OutboxStress {

  private OutboxStress() {}

  /** Each of the two may find the outbox held by the other. */
  @JCStressTest
  @Outcome(id = "written, written", expect = ACCEPTABLE, desc = "both are written")
  @Outcome(expect = FORBIDDEN, desc = "a message stays in the queue, or is ended twice")
  @State
  public static class TwoOffer {
    private final Outbox outbox = SmallBlocks.outbox(new StressChannel());
    private final StressMessage one = new StressMessage();
    private final StressMessage two = new StressMessage();

    @Actor
    public void first() {
      outbox.offer(one);
    }

    @Actor
    public void second() {
      outbox.offer(two);
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = one.end();
      result.r2 = two.end();
    }
  }

  /** A message that comes while the reader falls asleep. */
  @JCStressTest
  @Outcome(id = "written", expect = ACCEPTABLE, desc = "one of the two has flushed it")
  @Outcome(expect = FORBIDDEN, desc = "each has left it to the other")
  @State
  public static class OfferAndReaderSleeps {
    private final Outbox outbox = SmallBlocks.outbox(new StressChannel());
    private final StressMessage message = new StressMessage();

    /** Its reader is awake. */
    public OfferAndReaderSleeps() {
      outbox.readerAwakes();
    }

    @Actor
    public void caller() {
      outbox.offer(message);
    }

    @Actor
    public void reader() {
      outbox.readerSleeps();
    }

    @Arbiter
    public void end(L_Result result) {
      result.r1 = message.end();
    }
  }

  /** The reader falls asleep in the middle of its turns: with others' messages, and once more. */
  @JCStressTest
  @Outcome(id = "written, written", expect = ACCEPTABLE, desc = "both are written")
  @Outcome(expect = FORBIDDEN, desc = "a message waits for a reader that sleeps")
  @State
  public static class OfferAndReaderWakesAndSleeps {
    private final Outbox outbox = SmallBlocks.outbox(new StressChannel());
    private final StressMessage others = new StressMessage();
    private final StressMessage readers = new StressMessage();

    @Actor
    public void caller() {
      outbox.offer(others);
    }

    @Actor
    public void reader() {
      outbox.readerAwakes();
      outbox.offer(readers);
      outbox.readerSleeps();
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = others.end();
      result.r2 = readers.end();
    }
  }

  /** Answers are put in without a flush, until they make a group. */
  @JCStressTest
  @Outcome(id = "written, written", expect = ACCEPTABLE, desc = "who made the group full wrote it")
  @Outcome(expect = FORBIDDEN, desc = "nobody has seen that the group is full")
  @State
  public static class LastOfAGroup {
    private final Outbox outbox = SmallBlocks.outbox(new StressChannel());
    private final StressMessage one = new StressMessage();
    private final StressMessage two = new StressMessage();

    /** Two are missing. */
    public LastOfAGroup() {
      for (int i = 0; i < GroupSize.MIN - 2; i++) {
        outbox.enqueue(new StressMessage());
      }
    }

    @Actor
    public void first() {
      outbox.enqueue(one);
    }

    @Actor
    public void second() {
      outbox.enqueue(two);
    }

    /** What came behind the last one of the block waits for its flush. */
    @Arbiter
    public void end(LL_Result result) {
      boolean behind = outbox.waiting() == 1;
      if (behind) {
        outbox.flush();
      }
      result.r1 = one.end();
      result.r2 = behind ? "left behind" : two.end();
    }
  }

  /** The socket is full: the writer thread takes over, which may just be falling asleep. */
  @JCStressTest
  @Outcome(id = "written, written", expect = ACCEPTABLE, desc = "the writer thread wrote both")
  @Outcome(expect = FORBIDDEN, desc = "the writer thread sleeps while it should write")
  @State
  public static class TwoOfferToFullChannel {
    private final Outbox outbox = SmallBlocks.outbox(StressChannel.full());
    private final StressMessage one = new StressMessage();
    private final StressMessage two = new StressMessage();

    /** Open: it has a writer thread. */
    public TwoOfferToFullChannel() {
      outbox.open();
    }

    @Actor
    public void first() {
      outbox.offer(one);
    }

    @Actor
    public void second() {
      outbox.offer(two);
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = one.awaitEnd();
      result.r2 = two.awaitEnd();
      outbox.close(new IllegalStateException("the sample is over"));
    }
  }

  /** Messages wait for others, until a timer fires: one for all that have come before it. */
  @JCStressTest
  @Outcome(id = "written, written", expect = ACCEPTABLE, desc = "by this timer, or the next one")
  @Outcome(expect = FORBIDDEN, desc = "a message waits, and no timer runs")
  @State
  public static class OfferAndDelayEnds {
    private final Outbox outbox = SmallBlocks.outbox(new StressChannel());
    private final StressTime time = new StressTime();
    private final StressMessage before = new StressMessage();
    private final StressMessage message = new StressMessage();
    private final Runnable timer;

    /** One message waits, for which the timer runs. */
    public OfferAndDelayEnds() {
      outbox.flushDelay(new FlushDelay(outbox, time, 1));
      outbox.offer(before);
      timer = time.next();
    }

    @Actor
    public void caller() {
      outbox.offer(message);
    }

    @Actor
    public void timer() {
      timer.run();
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = before.awaitEnd();
      Runnable second = time.poll();
      if (second != null) {
        second.run();
      }
      result.r2 = message.awaitEnd();
    }
  }
}
