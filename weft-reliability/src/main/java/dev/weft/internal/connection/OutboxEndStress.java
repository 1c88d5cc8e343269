package dev.weft.internal.connection;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.internal.wire.FrameWriter;
import dev.weft.spi.Compressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** The end of an outbox: each message is ended once, and nothing is written after it. */
public final class OutboxEndStress {

  private OutboxEndStress() {}

  /** A message that knows whether it was written when nothing should be any more. */
  private static final class Watched extends Outgoing {
    final StressMessage message = new StressMessage();
    volatile boolean over;
    volatile boolean late;

    @Override
    public long frameBytesMax() {
      return message.frameBytesMax();
    }

    @Override
    public boolean writeTo(FrameWriter out, long nowNanos) {
      late = over;
      return message.writeTo(out, nowNanos);
    }

    @Override
    public void unsent(Throwable reason) {
      message.unsent(reason);
    }

    String when() {
      return late ? "late" : "in time";
    }
  }

  /** Whoever comes to the end of a connection relies on it that nothing is sent any more. */
  @JCStressTest
  @Outcome(id = "written, in time", expect = ACCEPTABLE, desc = "before the end")
  @Outcome(id = "unsent, in time", expect = ACCEPTABLE, desc = "turned away")
  @Outcome(expect = FORBIDDEN, desc = "lost, ended twice, or written after the end")
  @State
  public static class OfferAndEnd {
    private final Outbox outbox = SmallBlocks.outbox(new StressChannel());
    private final Watched watched = new Watched();

    @Actor
    public void caller() {
      outbox.offer(watched);
    }

    @Actor
    public void reader() {
      outbox.close(new IOException("closed"));
      outbox.awaitEnd();
      watched.over = true;
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = watched.message.end();
      result.r2 = watched.when();
    }
  }

  /** The same, when the message is handed over to a writer thread that is about to end. */
  @JCStressTest
  @Outcome(id = "written, in time", expect = ACCEPTABLE, desc = "by the writer thread, before")
  @Outcome(id = "unsent, in time", expect = ACCEPTABLE, desc = "turned away")
  @Outcome(expect = FORBIDDEN, desc = "lost, ended twice, or written after the end")
  @State
  public static class HandOverAndEnd {
    private final Outbox outbox = SmallBlocks.outbox(StressChannel.full());
    private final Watched watched = new Watched();

    /** Open: it has a writer thread. */
    public HandOverAndEnd() {
      outbox.open();
    }

    @Actor
    public void caller() {
      outbox.offer(watched);
    }

    @Actor
    public void reader() {
      outbox.close(new IOException("closed"));
      outbox.awaitEnd();
      watched.over = true;
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = watched.message.awaitEnd();
      result.r2 = watched.when();
    }
  }

  /** A write fails under somebody who carries another one's message. */
  @JCStressTest
  @Outcome(
      id = {
        "written, unsent, told",
        "unsent, written, told",
        "written, written, told",
      },
      expect = ACCEPTABLE,
      desc = "in the block that was lost, or turned away")
  @Outcome(expect = FORBIDDEN, desc = "a message is left, or nobody knows that the channel broke")
  @State
  public static class TwoOfferToBrokenChannel {
    private volatile boolean told;
    private final Outbox outbox = SmallBlocks.outbox(StressChannel.broken(), reason -> told = true);
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
    public void end(LLL_Result result) {
      result.r1 = one.end();
      result.r2 = two.end();
      result.r3 = told ? "told" : "untold";
    }
  }

  /** A compressor has memory of its own, which is gone when it is closed. */
  @JCStressTest
  @Outcome(id = "written, closed once", expect = ACCEPTABLE, desc = "compressed before the end")
  @Outcome(id = "unsent, closed once", expect = ACCEPTABLE, desc = "turned away")
  @Outcome(expect = FORBIDDEN, desc = "used after it was closed, or not closed once")
  @State
  public static class CompressAndEnd {
    private final Outbox outbox = SmallBlocks.outbox(new StressChannel());
    private final StressMessage message = new StressMessage();
    private final Memory memory = new Memory();

    /** With a compressor. */
    public CompressAndEnd() {
      outbox.compressWith(new BlockCompressor(memory, new Traffic()));
    }

    @Actor
    public void caller() {
      outbox.offer(message);
    }

    @Actor
    public void reader() {
      outbox.close(new IOException("closed"));
      outbox.awaitEnd();
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = message.end();
      result.r2 = memory.end();
    }
  }

  /** Says what became of it. */
  private static final class Memory implements Compressor {
    private int closed;
    private boolean usedAfterwards;

    @Override
    public void compress(ByteBuffer source, ByteBuffer target) {
      usedAfterwards |= closed > 0;
      target.put(source);
    }

    @Override
    public void close() {
      closed++;
    }

    String end() {
      return usedAfterwards
          ? "used after it was closed"
          : closed == 1 ? "closed once" : "" + closed;
    }
  }
}
