package dev.weft.reliability.attack;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * How large an attack is and how long it takes, and the connections that it has made. Any thread.
 */
public final class Siege implements AutoCloseable {

  /** An attack of the full size, in rounds of a small one. */
  private static final int FULL = 50;

  private static final long BREATH_NANOS = 1_000_000;
  private static final long TURNED_AWAY_NANOS = 50_000_000;

  private final URI server;
  private final long endNanos;
  private final int smallRounds;
  private final Duration pause;
  private final Set<HostileConnection> connections = ConcurrentHashMap.newKeySet();
  private int rounds;

  private Siege(String server, Duration length, int smallRounds, Duration pause) {
    this.server = URI.create(server);
    this.endNanos = System.nanoTime() + length.toNanos();
    this.smallRounds = smallRounds;
    this.pause = pause;
  }

  /** Of the full size, for so long. */
  public static Siege full(String server, Duration length) {
    return new Siege(server, length, 0, Duration.ofSeconds(1));
  }

  /** A small one, over when a few things of each kind were tried. */
  public static Siege small(String server) {
    return new Siege(server, Duration.ofSeconds(30), 3, Duration.ofMillis(5));
  }

  /** Asked before each round: whether there is another one. One thread. */
  boolean goesOn() {
    return isInTime() && (smallRounds == 0 || rounds++ < smallRounds);
  }

  /** Whether it is not over yet. */
  boolean isInTime() {
    return System.nanoTime() - endNanos < 0;
  }

  /** The server takes nobody just now: all is left, and a little later one may try again. */
  void turnedAway() {
    close();
    LockSupport.parkNanos(TURNED_AWAY_NANOS);
  }

  /** How many of something: this number at the full size. */
  int size(int full) {
    return smallRounds == 0 ? full : Math.max(1, full / FULL);
  }

  /** Waits as a slow peer does between two bytes: a second at the full size. */
  void pause() {
    LockSupport.parkNanos(pause.toNanos());
  }

  /** Leaves the processor to others for a moment. */
  void breathe() {
    LockSupport.parkNanos(BREATH_NANOS);
  }

  /** A connection on which nothing was said. */
  HostileConnection connect() throws IOException {
    return kept(new HostileConnection(server));
  }

  /** A connection on which both sides have said hello, with little room for what comes. */
  HostileConnection narrow() throws IOException {
    HostileConnection connection = kept(HostileConnection.narrow(server));
    connection.greet("");
    return connection;
  }

  private HostileConnection kept(HostileConnection connection) {
    connections.add(connection);
    return connection;
  }

  /** A connection on which both sides have said hello, without compression. */
  HostileConnection greeted() throws IOException {
    return greeted("");
  }

  /** The same, with this compression. */
  HostileConnection greeted(String compression) throws IOException {
    HostileConnection connection = connect();
    connection.greet(compression);
    return connection;
  }

  /** Closes one; no harm when it is closed. */
  void leave(HostileConnection connection) {
    connections.remove(connection);
    connection.close();
  }

  /** Closes all. */
  @Override
  public void close() {
    connections.forEach(HostileConnection::close);
    connections.clear();
  }
}
