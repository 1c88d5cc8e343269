package dev.weft.internal.server;

import dev.weft.internal.connection.Outgoing;
import dev.weft.internal.wire.FrameWriter;

/**
 * Asks the client to send no more requests on this connection; and pings it, because its pong comes
 * after all that it had sent before. Any thread.
 */
final class GoAway extends Outgoing {

  /** Of the ping. */
  static final long TOKEN = 0x676f_6177_6179L;

  private final byte[] reason;

  GoAway(String reason) {
    this.reason = FrameWriter.text(reason);
  }

  @Override
  public long frameBytesMax() {
    return FrameWriter.frameBytesMax(Long.BYTES, reason.length) * 2;
  }

  @Override
  public boolean writeTo(FrameWriter out, long nowNanos) {
    out.goAway(reason);
    out.pingOrPong(true, TOKEN);
    return true;
  }

  @Override
  public void unsent(Throwable cause) {
    // The connection is lost: nothing comes from there any more.
  }
}
