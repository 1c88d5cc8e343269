package dev.weft.internal.connection;

import dev.weft.PeerIdentity;
import dev.weft.internal.wire.FrameHandler;
import dev.weft.internal.wire.FrameReader;
import dev.weft.internal.wire.FrameWriter;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.RefusalException;
import dev.weft.internal.wire.WireException;
import dev.weft.spi.Compression;
import dev.weft.spi.TimeSource;
import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
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
     * @throws WireException when the two do not fit; the message is the reason the client is told
     * @throws RefusalException when the client is not wanted; likewise
     */
    default void accept(Hello client) {}
  }

  /** A peer that sends pings without reading the answers gets no more than these. */
  private static final int PONGS_MAX = 64;

  private static final AtomicInteger NEXT_LANE = new AtomicInteger();

  private final int lane = NEXT_LANE.getAndIncrement() & Integer.MAX_VALUE;
  private final TransportChannel channel;
  private final TimeSource time;
  private final Compressions compressions;
  private final Traffic traffic;
  private final Outbox outbox;
  private final SpinPermit permit;
  private final Turn turn;

  /** What the two hellos say. Reader thread only. */
  private @Nullable Compression agreed;

  private final AtomicInteger pongs = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> closed = new AtomicReference<>();

  /** Takes the channel; its blocks are not compressed. */
  public Connection(TransportChannel channel, TimeSource time) {
    this(channel, time, Compressions.NONE);
  }

  /** Takes the channel; its blocks are compressed if the peer wants that, too. */
  public Connection(TransportChannel channel, TimeSource time, Compressions compressions) {
    this(channel, time, compressions, BufferPool.BLOCKS);
  }

  /** The same, with blocks of another pool, see {@link BlockFiller}. */
  Connection(
      TransportChannel channel, TimeSource time, Compressions compressions, BufferPool buffers) {
    this.compressions = compressions.on(channel);
    this.channel = channel;
    this.time = time;
    this.traffic = new Traffic(channel.peer());
    this.outbox = new Outbox(channel, time, traffic, this::close, buffers);
    this.permit = SpinPermit.of(time);
    this.turn = new Turn(outbox, time, permit);
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
          writeFully(own.compressing(compressions.names()).encode());
          Hello server = reader.readHello();
          if (server.refusal() != null) {
            throw new HandshakeException(
                "the server refuses: " + server.refusal(), server.refusalKind());
          }
          agreed = compressions.chosen(server.compressions());
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
          Hello client;
          try {
            client = reader.readHello();
          } catch (WireException e) {
            if (reader.metTls()) {
              // A TLS client knows from any other bytes than TLS's that it must come without.
              writeFully(own.refusing(e.getMessage()).encode());
            }
            throw e;
          }
          try {
            owner.accept(client);
          } catch (RefusalException e) {
            writeFully(own.refusing(e.kind(), e.getMessage()).encode());
            throw new HandshakeException(e.getMessage(), e.kind());
          } catch (WireException e) {
            writeFully(own.refusing(e.getMessage()).encode());
            throw e;
          }
          Compression chosen = compressions.choose(client.compressions());
          agreed = chosen;
          writeFully(own.compressing(chosen == null ? List.of() : List.of(chosen.name())).encode());
          return client;
        });
  }

  private interface Handshake {
    Hello shake(Reader reader) throws IOException;
  }

  private Throwable run(Owner owner, Hello own, long handshakeNanos, Handshake handshake) {
    ReadWait wait = new ReadWait(channel, outbox, permit);
    BorrowedBuffer buffer = new BorrowedBuffer(BufferPool.READS, this::close);
    Reader reader = new Reader(wait, outbox, turn, traffic, buffer);
    try {
      TimeSource.Scheduled limit =
          time.schedule(
              handshakeNanos, () -> close(new IOException("the peer did not say hello in time")));
      Hello peer;
      try {
        channel.handshake();
        peer = handshake.shake(reader);
      } catch (WireException | SSLException e) {
        throw new HandshakeException(Failures.describe(e));
      } finally {
        limit.cancel();
      }
      prepareToCompress(reader);
      outbox.open();
      outbox.readerAwakes();
      owner.opened(this, peer);
      FrameReader frames = new FrameReader(owner, own.messageBytesMax());
      try {
        reader.readBlocks(frames);
      } finally {
        frames.end();
      }
    } catch (Throwable e) { // the reader thread's outer edge: whatever it is ends the connection
      close(e);
    }
    try {
      outbox.close(reason()); // who has closed the channel may not have come to it yet
      outbox.awaitEnd();
    } finally {
      reader.close();
    }
    return reason();
  }

  /** Outbox and reader own what they are given, and close it at their end. */
  private void prepareToCompress(Reader reader) {
    Compression compression = agreed;
    if (compression != null) {
      reader.inflateWith(new BlockInflater(compression.decompressor()));
      outbox.compressWith(new BlockCompressor(compression.compressor(), traffic));
    }
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

  /** Before it runs: has it write its open calls in parts, see {@link GroupSize}. */
  public void groupBy(LongSupplier openCalls) {
    outbox.groupBy(openCalls);
  }

  /** Before it runs: has messages wait for others, see {@link FlushDelay}. */
  public void flushDelay(long delayNanos) {
    outbox.flushDelay(new FlushDelay(outbox, time, delayNanos));
  }

  /**
   * Before it runs: has its reader sleep whenever there is nothing to read, see {@link SpinPermit}.
   */
  public void neverSpin() {
    permit.forgo();
  }

  /** Watches whether the peer lives while something is expected of it. */
  public Heartbeat heartbeat(long intervalNanos, long timeoutNanos, BooleanSupplier expecting) {
    return new Heartbeat(this, time, intervalNanos, timeoutNanos, expecting);
  }

  /** What waits to be sent. */
  public Outbox outbox() {
    return outbox;
  }

  /** Whom its reader lets run. Reader thread only. */
  public Turn turn() {
    return turn;
  }

  /** The codec's lane for what is done on its own threads. */
  public int lane() {
    return lane;
  }

  /** What it has carried. */
  public Traffic traffic() {
    return traffic;
  }

  /** The peer's address. */
  public String peer() {
    return channel.peer();
  }

  /** Who the peer is, as far as the transport knows. After the handshake. */
  public PeerIdentity identity() {
    return channel.identity();
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
