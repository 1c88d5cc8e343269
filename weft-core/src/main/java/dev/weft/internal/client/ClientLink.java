package dev.weft.internal.client;

import dev.weft.ConnectionEvent;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.HandshakeException;
import dev.weft.internal.connection.Sleep;
import dev.weft.internal.wire.Hello;
import dev.weft.spi.TimeSource;
import dev.weft.spi.Transport;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection after another to a server: a thread connects, becomes the connection's reader, and
 * connects anew when it is lost.
 *
 * <p>When the server says that it goes away, the next connection is made at once by a thread of its
 * own, while the old one's reader waits for the answers that are still to come.
 *
 * <p>Any thread, unless a method says otherwise.
 */
final class ClientLink {

  /** After something that must not happen, and may happen again. */
  private static final long BROKEN_PAUSE_NANOS = 100_000_000;

  private final Links links;
  private final URI address;
  private final Transport transport;
  private final ClientSettings settings;
  private final TimeSource time;
  private final Hello hello;

  /** Those that have not ended, the ones that were left included. */
  private final Set<Connection> connections = new CopyOnWriteArraySet<>();

  /** The thread that connects next: whoever is another reads an old connection to its end. */
  private volatile @Nullable Thread thread;

  private final Backoff backoff; // that thread's

  /** Where calls go just now; {@code null} while there is no connection. Set under links' lock. */
  private volatile @Nullable Carrier live;

  /**
   * Why there is no connection; {@code null} while there is one, or the outcome of an attempt is
   * not known.
   */
  private volatile @Nullable Throwable failure;

  private volatile boolean closed;

  ClientLink(Links links, URI address, Transport transport, ClientSettings settings) {
    this.links = links;
    this.address = address;
    this.transport = transport;
    this.settings = settings;
    this.time = settings.time();
    this.hello = new Hello(settings.codec().name(), settings.messageBytesMax(), null);
    this.backoff = new Backoff(settings.backoffFirst(), settings.backoffMax(), settings.random());
  }

  /** Begins to connect. */
  void connect() {
    connectOnNewThread(0);
  }

  @Nullable Carrier live() {
    return live;
  }

  void live(@Nullable Carrier carrier) {
    failure = null;
    live = carrier;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  void failed(Throwable reason) {
    live = null;
    failure = reason;
  }

  private void connectOnNewThread(long delayNanos) {
    Thread next =
        Thread.ofVirtual()
            .name("weft-client " + address)
            .unstarted(() -> {
              sleep(delayNanos);
              run();
            });
    thread = next;
    links.readers().add(next);
    next.start();
    if (closed) {
      LockSupport.unpark(next);
    }
  }

  private boolean isCurrentThread() {
    return Thread.currentThread() == thread;
  }

  private void run() {
    try {
      while (!closed && isCurrentThread()) {
        connectReadAndPause();
      }
    } finally {
      links.readers().remove(Thread.currentThread());
    }
  }

  private void connectReadAndPause() {
    try {
      connectAndRead();
      if (!closed && isCurrentThread()) {
        sleep(backoff.nextDelayNanos());
      }
    } catch (Throwable e) { // nobody else connects, so it goes on whatever it was: no memory, say
      LockSupport.parkNanos(BROKEN_PAUSE_NANOS);
    }
  }

  private void connectAndRead() {
    Connection connection = null;
    Carrier carrier = null;
    Throwable reason;
    links.ledger().dialed();
    try {
      connection =
          new Connection(
              transport.connect(address, settings.connectTimeout()), time, settings.compressions());
      carrier = new Carrier(connection, settings);
      reason = read(connection, carrier);
    } catch (Throwable e) { // the client's outer edge: the next attempt may go better
      reason = e;
    }
    Thread.interrupted(); // what a completed future's callback may have left behind
    if (isCurrentThread()) {
      prepareNext(carrier, reason);
    }
    links.lost(this, carrier, isCurrentThread(), reason);
    tellLost(carrier, reason);
    if (connection != null) {
      connections.remove(connection);
      links.traffic().retire(connection.traffic());
    }
    if (carrier != null) {
      carrier.ended();
    }
  }

  /** With the credentials as they are now. */
  private Hello ownHello() {
    Supplier<byte[]> credentials = settings.credentials();
    return credentials == null ? hello : hello.withCredentials(credentials.get());
  }

  private Throwable read(Connection connection, Carrier carrier) {
    long flushDelay = settings.links().flushDelay().toNanos();
    if (flushDelay > 0) {
      connection.flushDelay(flushDelay);
    }
    if (!settings.spinning()) {
      connection.neverSpin();
    }
    connections.add(connection);
    if (closed) {
      connection.close(new IOException("the client is closed"));
    }
    return connection.runClient(
        new LinkReader(this, links.open(), carrier),
        ownHello(),
        settings.connectTimeout().toNanos());
  }

  private void prepareNext(@Nullable Carrier carrier, Throwable reason) {
    if (reason instanceof HandshakeException e && e.isPermanent()) {
      backoff.skipToLongest();
    } else if (carrier != null && hasWorked(carrier)) {
      backoff.reset();
    }
  }

  private boolean hasWorked(Carrier carrier) {
    return carrier.hasWorked(time.nanoTime(), settings.backoffMax().toNanos());
  }

  /** The handshake is over. Reader thread only. */
  void opened(Carrier fresh) {
    fresh.opened(time.nanoTime());
    links.traffic().add(fresh.connection().traffic());
    links.events().emit(new ConnectionEvent.Connected(links.address()));
    links.opened(this, fresh);
  }

  private void tellLost(@Nullable Carrier carrier, Throwable reason) {
    String server = links.address();
    if (carrier != null && carrier.wasOpened()) {
      links.events().emit(new ConnectionEvent.Lost(server, reason));
    } else if (!closed) {
      links.ledger().dialFailed();
      links
          .events()
          .emit(
              reason instanceof HandshakeException
                  ? new ConnectionEvent.Refused(server, reason)
                  : new ConnectionEvent.ConnectFailed(server, reason));
    }
  }

  /** The server wants no more calls on this connection. Its reader thread only. */
  void goesAway(Carrier carrier, String reason) {
    if (carrier.isLeaving()) {
      return;
    }
    links.left(this); // first: who meets a connection that is left looks for another one
    carrier.leave();
    links.events().emit(new ConnectionEvent.GoingAway(links.address(), reason));
    if (hasWorked(carrier)) {
      backoff.reset();
      connectOnNewThread(0);
    } else {
      connectOnNewThread(backoff.nextDelayNanos());
    }
  }

  private void sleep(long nanos) {
    if (nanos > 0) {
      Sleep.of(time, nanos, () -> closed);
    }
  }

  /** Ends its connections. */
  void close() {
    closed = true;
    for (Connection connection : connections) {
      connection.close(new IOException("the client was closed"));
    }
    Thread next = thread;
    if (next != null) {
      LockSupport.unpark(next);
    }
  }
}
