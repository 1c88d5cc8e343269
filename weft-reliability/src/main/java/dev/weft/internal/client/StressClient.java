package dev.weft.internal.client;

import static java.util.Objects.requireNonNull;

import dev.weft.Executed;
import dev.weft.OverflowPolicy;
import dev.weft.RpcException;
import dev.weft.internal.connection.Compressions;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.InFlight.Slot;
import dev.weft.internal.connection.SmallBlocks;
import dev.weft.internal.connection.StressChannel;
import dev.weft.internal.service.BoundMethod;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.wire.MethodName;
import dev.weft.reliability.stress.TextCodec;
import dev.weft.spi.Payload;
import dev.weft.spi.TimeSource;
import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A client whose connections the test makes, and whose reader threads its actors are. As light as
 * can be: each sample has one.
 */
final class StressClient {

  /** Arguments and result of every call. */
  static final String TEXT = "text";

  private static final BoundMethod ECHO =
      BoundMethod.bind(
              List.of(MethodDescription.function("echo", String.class, String.class)),
              new TextCodec())
          .get(0);

  /** The time that a call has: longer than a busy machine lets a thread wait. */
  static final long TIMEOUT_NANOS = 10_000_000_000L;

  /** Payloads of so many bytes are counted. */
  static final int OPEN_BYTES_MAX = 2000;

  private static final URI ADDRESS = URI.create("stress:server");
  private static final byte[] RESULT = TEXT.getBytes(StandardCharsets.US_ASCII);

  final Calls calls;
  final Links links;
  final ClientMethod echo;
  private final ClientSettings settings;

  StressClient(TimeSource time, int openCallsMax) {
    this(time, openCallsMax, OverflowPolicy.REJECT_NEWEST);
  }

  StressClient(TimeSource time, int openCallsMax, OverflowPolicy overflow) {
    settings =
        new ClientSettings(
            new TextCodec(),
            Duration.ofNanos(TIMEOUT_NANOS),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            openCallsMax,
            OPEN_BYTES_MAX,
            1 << 20,
            true,
            time,
            new SplittableRandom(1),
            Compressions.NONE,
            LinkSettings.DEFAULT.withOverflow(overflow),
            null,
            List.of(),
            null);
    calls = new Calls(ADDRESS, new Nowhere(), settings);
    links = calls.links();
    echo = new ClientMethod(links, ECHO, new MethodName("echo", 0));
  }

  /** A connection, which no call goes to yet. */
  Line line() {
    return new Line();
  }

  /** A connection that calls go to. */
  Line openLine() {
    Line line = line();
    line.open();
    return line;
  }

  /** A call that has its slot, or none if there is none, and is not started. */
  ClientCall call(@Nullable Thread waiter, int payloadBytes) {
    Slot slot = links.open().reserve();
    Payload payload = slot == null ? new Payload() : slot.payload();
    payload.write(new byte[payloadBytes], 0, payloadBytes);
    long now = settings.time().nanoTime();
    ClientCall call = new ClientCall(echo, payload, now, now + TIMEOUT_NANOS, waiter, false);
    if (slot != null) {
      call.slot(slot);
    }
    return call;
  }

  ClientCall call(@Nullable Thread waiter) {
    return call(waiter, RESULT.length);
  }

  /** A call that has been taken in and goes to this connection next. */
  ClientCall entered(@Nullable Thread waiter) {
    ClientCall call = call(waiter);
    links.open().enter(requireNonNull(call.slot()), call);
    return call;
  }

  /** How a call has ended that its caller waits for. Once. */
  static String end(ClientCall call) {
    if (!call.hasEnded()) {
      return "open";
    }
    try {
      return TEXT.equals(call.open(call.await(), -1)) ? "answered" : "a wrong answer";
    } catch (RpcException e) {
      return "failed " + e.executed();
    } catch (Throwable e) {
      return e.toString();
    }
  }

  /** Whether a call that failed can have run. */
  static Executed executed(ClientCall call) {
    return requireNonNull(call.failureSoFar(), "it has not failed").executed();
  }

  /** Takes all slots that are free: how many. */
  int freeSlots() {
    int free = 0;
    while (free <= links.open().callsMax() && links.open().reserve() != null) {
      free++;
    }
    return free;
  }

  /** One connection, and the thread that reads it. */
  final class Line {

    final StressChannel channel = new StressChannel();
    final Connection connection = SmallBlocks.connection(channel, settings.time());
    final Carrier carrier = new Carrier(connection, settings);
    private final ClientLink link = links.links[0];
    private final LinkReader reader = new LinkReader(link, links.open(), carrier);

    /** The handshake is over. Reader thread only. */
    void open() {
      links.opened(link, carrier);
    }

    /** A result comes in. Reader thread only. */
    void answer(long callId) {
      reader.response(callId, ByteBuffer.wrap(RESULT).asReadOnlyBuffer()); // to be copied
    }

    /** The server wants no more calls here. Reader thread only. */
    void goAway() {
      links.left(link);
      carrier.leave();
      carrier.closeIfDone();
    }

    /** The connection is lost. Reader thread only. */
    void lose() {
      IOException reason = new IOException("lost");
      SmallBlocks.end(connection, reason);
      links.lost(link, carrier, true, reason);
    }

    /** Whether something has been written. Any thread. */
    boolean hasWritten() {
      long[] numbers = new long[10];
      connection.traffic().addTo(numbers);
      return numbers[1] > 0;
    }
  }

  /** Nobody connects: the test has made the connections. */
  private static final class Nowhere implements Transport {

    @Override
    public String scheme() {
      return "stress";
    }

    @Override
    public TransportChannel connect(URI address, Duration timeout) throws IOException {
      throw new IOException("nobody is there");
    }

    @Override
    public TransportListener listen(URI address) {
      throw new UnsupportedOperationException();
    }
  }
}
