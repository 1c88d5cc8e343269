package dev.weft.internal.wire;

import static java.util.Objects.requireNonNull;

/** A server does not want this client; the message is the reason that the client is told. */
public final class RefusalException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final RefusalKind kind;

  /** No stack trace: it would show only the handshake, and peers could make many. */
  public RefusalException(RefusalKind kind, String reason) {
    super(reason, null, false, false);
    this.kind = kind;
  }

  /** The kind of reason. */
  public RefusalKind kind() {
    return kind;
  }

  /** The reason. */
  @Override
  public String getMessage() {
    return requireNonNull(super.getMessage());
  }
}
