package dev.weft.internal.connection;

import dev.weft.internal.wire.FrameWriter;
import dev.weft.spi.Payload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counts how it was ended, without a fence. */
final class StressMessage extends Outgoing {

  static final String WRITTEN = "written";
  static final String UNSENT = "unsent";
  static final String LOST = "lost";

  private static final int ONE_WRITTEN = 1;
  private static final int ONE_UNSENT = 1 << 8;
  private static final Payload PAYLOAD = Payload.of(new byte[40]);

  private static final VarHandle ENDS;

  static {
    try {
      ENDS = MethodHandles.lookup().findVarHandle(StressMessage.class, "ends", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private int ends;

  @Override
  public long frameBytesMax() {
    return FrameWriter.frameBytesMax(PAYLOAD.length(), 0);
  }

  @Override
  public boolean writeTo(FrameWriter out, long nowNanos) {
    out.response(1, PAYLOAD);
    ENDS.setRelease(this, ends + ONE_WRITTEN);
    return true;
  }

  @Override
  public void unsent(Throwable reason) {
    ENDS.setRelease(this, ends + ONE_UNSENT);
  }

  private int ends() {
    return (int) ENDS.getAcquire(this);
  }

  /** How it has ended by now. */
  String end() {
    return switch (ends()) {
      case 0 -> LOST;
      case ONE_WRITTEN -> WRITTEN;
      case ONE_UNSENT -> UNSENT;
      default -> "ended twice";
    };
  }

  /** The same, when others may still be about it. */
  String awaitEnd() {
    Patience.until(() -> ends() != 0);
    return end();
  }
}
