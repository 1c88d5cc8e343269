package dev.weft.internal.connection;

import dev.weft.internal.wire.FrameHandler;
import dev.weft.internal.wire.FrameReader;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.WireException;
import dev.weft.spi.TimeSource;
import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One connection, of a client or of a server: a channel, an {@link Outbox} for what goes out, a
 * {@link Reader} for what comes in. The thread that calls {@code run…} becomes the reader thread.
 *
 * <p>Any thread, unless a method says otherwise.
 */
public final class Connection {

  /** What the owner of a connection learns of it. Reader thread only. */
  public interface Owner extends FrameHandler {

    /** Both sides have said hello: messages may be sent. */
    void opened(Connection connection, Hello peer);

    /**
     * The server's answer to a client's hello.
     *
     * @throws WireException when the client is not wanted; the message is the reason it is told
     */
    default void accept(Hello client) {}
  }

  /** A peer that sends pings without reading the answers gets no more than these. */
  private static final int PONGS_MAX = 64;

  private final TransportChannel channel;
  private final TimeSource time;
  private final Traffic traffic;
  private final Outbox outbox;
  private final AtomicInteger pongs = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> closed = new AtomicReference<>();

  /** Takes the channel. */
  public Connection(TransportChannel channel, TimeSource time) {
    this.channel = channel;
    this.time = time;
    this.traffic = new Traffic(channel.peer());
    this.outbox = new Outbox(channel, time, traffic, this::close);
  }

  /**
   * Says hello, waits for the server's, and reads until the connection ends.
   *
   * @return why it has ended
   */
  public Throwable runClient(Owner owner, Hello own, long handshakeNanos) {
    return run(
        owner,
        own,
        handshakeNanos,
        reader -> {
          writeFully(own.encode());
          Hello server = reader.readHello();
          if (server.refusal() != null) {
            throw new HandshakeException("the server refuses: " + server.refusal());
          }
          return server;
        });
  }

  /**
   * Waits for the client's hello, answers it, and reads until the connection ends.
   *
   * @return why it has ended
   */
  public Throwable runServer(Owner owner, Hello own, long handshakeNanos) {
    return run(
        owner,
        own,
        handshakeNanos,
        reader -> {
          Hello client = reader.readHello();
          try {
            owner.accept(client);
          } catch (WireException e) {
            writeFully(own.refusing(e.getMessage()).encode());
            throw e;
          }
          writeFully(own.encode());
          return client;
        });
  }

  private interface Handshake {
    Hello shake(Reader reader) throws IOException;
  }

  private Throwable run(Owner owner, Hello own, long handshakeNanos, Handshake handshake) {
    Reader reader = new Reader(channel, outbox, traffic);
    try {
      TimeSource.Scheduled limit =
          time.schedule(
              handshakeNanos, () -> close(new IOException("the peer did not say hello in time")));
      Hello peer;
      try {
        peer = handshake.shake(reader);
      } catch (WireException e) {
        throw new HandshakeException(e.getMessage());
      } finally {
        limit.cancel();
      }
      outbox.open();
      owner.opened(this, peer);
      reader.readBlocks(new FrameReader(owner, own.messageBytesMax()));
    } catch (Throwable e) { // the reader thread's outer edge: whatever it is ends the connection
      close(e);
    }
    outbox.awaitEnd();
    return reason();
  }

  private Throwable reason() {
    Throwable reason = closed.get();
    return reason == null ? new IOException("closed") : reason;
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      traffic.wrote(1, channel.write(bytes), 0);
    }
  }

  /** Answers a ping, unless many answers wait already. */
  public void sendPong(long token) {
    if (pongs.incrementAndGet() <= PONGS_MAX) {
      outbox.offer(new Pong(token, pongs));
    } else {
      pongs.decrementAndGet();
    }
  }

  /** What waits to be sent. */
  public Outbox outbox() {
    return outbox;
  }

  /** What it has carried. */
  public Traffic traffic() {
    return traffic;
  }

  /** The peer's address. */
  public String peer() {
    return channel.peer();
  }

  /** Ends it: reading and writing fail from now on, and what was not sent is told so. Once only. */
  public void close(Throwable reason) {
    if (!closed.compareAndSet(null, reason)) {
      return;
    }
    try {
      channel.close();
    } catch (IOException | RuntimeException e) {
      reason.addSuppressed(e);
    } finally {
      outbox.close(reason);
    }
  }

  private static final class Pong extends Outgoing {

    private final long token;
    private final AtomicInteger waiting;

    Pong(long token, AtomicInteger waiting) {
      this.token = token;
      this.waiting = waiting;
    }

    @Override
    public long frameBytesMax() {
      return FrameWriter.frameBytesMax(0, 0);
    }

    @Override
    public boolean writeTo(FrameWriter out, long nowNanos) {
      waiting.decrementAndGet();
      out.pingOrPong(false, token);
      return true;
    }

    @Override
    public void unsent(Throwable reason) {
      waiting.decrementAndGet();
    }
  }
}
