package dev.weft.internal.connection;

import dev.weft.internal.wire.RefusalKind;
import java.io.IOException;

/** The peer is not the right one, or does not want us: trying again at once would not help. */
public final class HandshakeException extends IOException {

  private static final long serialVersionUID = 1L;

  private final RefusalKind kind;

  HandshakeException(String message) {
    this(message, RefusalKind.OTHER);
  }

  HandshakeException(String message, RefusalKind kind) {
    super(message);
    this.kind = kind;
  }

  /** Why the server refused; {@link RefusalKind#OTHER} too, when it did not even get so far. */
  public RefusalKind kind() {
    return kind;
  }

  /** Whether the server knows this client, and will not want it the next time either. */
  public boolean isPermanent() {
    return kind == RefusalKind.NOT_PERMITTED;
  }
}
