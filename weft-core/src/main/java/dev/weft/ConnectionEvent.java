package dev.weft;

/**
 * Something that happened to a connection of a client or server, or that a limit forbade.
 *
 * <p>Listeners get them one after the other, in their order, on a virtual thread of their own,
 * where they may block; while one takes its time, up to {@value #WAITING_MAX} events wait for it,
 * and what comes on top is dropped. What a listener throws is logged. The same events go to the
 * loggers {@code dev.weft.client} and {@code dev.weft.server}, at most one a second of each kind.
 */
public sealed interface ConnectionEvent {

  /** How many events wait for a listener that takes its time. */
  int WAITING_MAX = 1024;

  /** The address of the other end; of an {@link AcceptFailed}, the server's own. */
  String peer();

  /**
   * Both sides have said hello: calls can go.
   *
   * @param peer the other end
   */
  record Connected(String peer) implements ConnectionEvent {}

  /**
   * A connection that was made has ended, by whomever.
   *
   * @param peer the other end
   * @param reason why
   */
  record Lost(String peer, Throwable reason) implements ConnectionEvent {}

  /**
   * A client could not connect; it goes on trying.
   *
   * @param peer the server
   * @param reason why not
   */
  record ConnectFailed(String peer, Throwable reason) implements ConnectionEvent {}

  /**
   * A client has found a server that does not want it, or is none of Weft's; it goes on trying.
   *
   * @param peer the server
   * @param reason why not
   */
  record Refused(String peer, Throwable reason) implements ConnectionEvent {}

  /**
   * The other end wants no more calls on this connection, because it is about to stop.
   *
   * @param peer the other end
   * @param reason what it says
   */
  record GoingAway(String peer, String reason) implements ConnectionEvent {}

  /**
   * Calls were dropped or refused because a limit was reached. At most one a second.
   *
   * @param peer the other end
   * @param limit which limit, of the last of these calls
   * @param calls how many calls since the last such event
   */
  record Overloaded(String peer, String limit, long calls) implements ConnectionEvent {}

  /**
   * A server could not accept a connection; it goes on trying.
   *
   * @param peer where it listens, or who came
   * @param reason why not
   */
  record AcceptFailed(String peer, Throwable reason) implements ConnectionEvent {}

  /**
   * A server has turned a connection away, in the handshake or later: it does not want it, or its
   * bytes broke the protocol.
   *
   * @param peer who came
   * @param reason why
   */
  record TurnedAway(String peer, Throwable reason) implements ConnectionEvent {}
}
