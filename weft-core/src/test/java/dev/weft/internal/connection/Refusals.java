package dev.weft.internal.connection;

import dev.weft.internal.wire.RefusalKind;

/** Handshakes that end with a server's refusal, for tests of what comes of it. */
public final class Refusals {

  private Refusals() {}

  /** The server does not want the client. */
  public static HandshakeException refused(String reason, RefusalKind kind) {
    return new HandshakeException("the server refuses: " + reason, kind);
  }
}
