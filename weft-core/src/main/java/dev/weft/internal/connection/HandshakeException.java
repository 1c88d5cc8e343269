package dev.weft.internal.connection;

import java.io.IOException;

/** The peer is not the right one, or does not want us: trying again at once would not help. */
public final class HandshakeException extends IOException {

  private static final long serialVersionUID = 1L;

  HandshakeException(String message) {
    super(message);
  }
}
