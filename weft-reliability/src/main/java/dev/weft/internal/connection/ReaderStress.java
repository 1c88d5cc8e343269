package dev.weft.internal.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** The reader, which tries for a while before it sleeps. */
public final class ReaderStress {

  private ReaderStress() {}

  /** Readers spin only with a permit, of which the process has few. */
  @JCStressTest
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "one has it")
  @Outcome(expect = FORBIDDEN, desc = "two have the only permit, or it is lost or doubled")
  @State
  public static class TwoWantThePermit {
    private final AtomicInteger free = new AtomicInteger(1);
    private final SpinPermit one = new SpinPermit(free);
    private final SpinPermit two = new SpinPermit(free);

    @Actor
    public void first(LLL_Result result) {
      result.r1 = one.acquire();
    }

    @Actor
    public void second(LLL_Result result) {
      result.r2 = two.acquire();
    }

    @Arbiter
    public void end(LLL_Result result) {
      one.release();
      two.release();
      result.r3 = free.get();
    }
  }

  /** A connection ends while another begins to spin. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "there is one permit, as before")
  @Outcome(expect = FORBIDDEN, desc = "a permit is lost or doubled")
  @State
  public static class PermitGoesRound {
    private final AtomicInteger free = new AtomicInteger(1);
    private final SpinPermit one = new SpinPermit(free);
    private final SpinPermit two = new SpinPermit(free);

    @Actor
    public void first() {
      one.acquire();
      one.release();
      one.release(); // at the end of the connection, whatever came before
    }

    @Actor
    public void second() {
      two.acquire();
      two.release();
      two.release();
    }

    @Arbiter
    public void end(L_Result result) {
      result.r1 = free.get();
    }
  }

  /** A caller comes while the reader tries, or gives up trying. */
  @JCStressTest
  @Outcome(id = "written, 1", expect = ACCEPTABLE, desc = "by the reader, or else by the caller")
  @Outcome(expect = FORBIDDEN, desc = "it waits for a reader that sleeps, or the permit is gone")
  @State
  public static class OfferAndReaderTries {
    private final AtomicInteger free = new AtomicInteger(1);
    private final StressChannel channel = new StressChannel();
    private final Outbox outbox = SmallBlocks.outbox(channel);
    private final ReadWait wait = new ReadWait(channel, outbox, new SpinPermit(free));
    private final StressMessage message = new StressMessage();

    private final ByteBuffer target = ByteBuffer.allocate(1);

    /** Its reader is awake, and has waited so often that it tries the next time. */
    public OfferAndReaderTries() {
      for (int i = 0; i < ReadWait.ASLEEP_FIRST; i++) {
        readSoon();
      }
      outbox.readerAwakes();
    }

    private int readSoon() {
      try {
        return wait.readSoon(target);
      } catch (IOException e) {
        throw closed(e);
      }
    }

    private static AssertionError closed(IOException e) {
      return new AssertionError("nobody closes it", e);
    }

    @Actor
    public void caller() {
      outbox.offer(message);
    }

    @Actor
    public void reader() {
      if (readSoon() == 0) {
        try {
          wait.sleep(target);
        } catch (IOException e) {
          throw closed(e);
        }
      }
    }

    @Arbiter
    public void end(L_Result result) {
      result.r1 = message.end() + ", " + free.get();
    }
  }
}
