package dev.weft.internal.wire;

/** What kind of reason a server has to refuse a client. The numbers are the protocol's. */
public enum RefusalKind {
  /** The two do not fit together, or the server is full. */
  OTHER(0),
  /** The client is known well enough, and not wanted: trying again would not help. */
  NOT_PERMITTED(1),
  /** The server is about to end; another one may take its place. */
  GOING_AWAY(2);

  private final int number;

  RefusalKind(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  int number() {
    return number;
  }

  static RefusalKind of(int number) {
    for (RefusalKind kind : values()) {
      if (kind.number == number) {
        return kind;
      }
    }
    return OTHER; // a later version's
  }
}
