package dev.weft;

import static java.util.Objects.requireNonNull;

import dev.weft.internal.connection.Compressions;
import dev.weft.internal.connection.SystemTime;
import dev.weft.internal.transport.SocketBuffers;
import dev.weft.internal.transport.Transports;
import dev.weft.spi.Codec;
import dev.weft.spi.Compression;
import dev.weft.spi.OnConnect;
import dev.weft.spi.TimeSource;
import dev.weft.spi.Transport;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The settings that clients and servers have in common. Not for several threads.
 *
 * @param <B> the builder itself
 */
abstract sealed class EndpointBuilder<B extends EndpointBuilder<B>>
    permits RpcClient.Builder, ServedBuilder {

  /** More than any system allows. */
  private static final int SOCKET_BYTES_MAX = 1 << 30;

  private @Nullable Codec codec;
  private final List<Transport> transports = new ArrayList<>();
  private @Nullable Tls tls;
  private SocketBuffers socketBuffers = SocketBuffers.OF_THE_SYSTEM;
  private @Nullable Boolean compress;
  private final List<Compression> ownCompressions = new ArrayList<>();
  private @Nullable List<String> compressions;
  OnConnect onConnect = OnConnect.PASS;
  boolean spinning = true;
  int messageBytesMax = Defaults.MESSAGE_BYTES_MAX;
  TimeSource time = SystemTime.INSTANCE;
  RandomGenerator random = new SplittableRandom();
  @Nullable Consumer<? super ConnectionEvent> listener;

  EndpointBuilder() {}

  /** This. */
  abstract B self();

  /**
   * The most bytes that the arguments or the result of a call may have; more fail, without harm to
   * other calls. Default 64 MiB, 1 to 1 GiB.
   */
  public B messageBytesMax(int newMax) {
    messageBytesMax = Defaults.checkRange("messageBytesMax", newMax, 1, 1 << 30);
    return self();
  }

  /**
   * The codec: default the one on the class path. Both ends need the same.
   *
   * @throws IllegalArgumentException when its name is not of at most 32 printable ASCII characters
   */
  public B codec(Codec newCodec) {
    codec = Defaults.checkName(requireNonNull(newCodec, "codec is null"));
    return self();
  }

  /**
   * Whether to compress: default yes; but a client does not ask for it over transports that do not
   * profit from it, within one machine. Compression takes place when both ends want it.
   */
  public B compression(boolean newCompress) {
    compress = newCompress;
    return self();
  }

  /**
   * A compression of one's own, or one on the class path together with the warnings of the JVM that
   * it may cause; preferred to those that Weft finds.
   */
  public B compression(Compression compression) {
    ownCompressions.add(requireNonNull(compression, "compression is null"));
    return self();
  }

  /**
   * The names of what to compress with, a client's best first; what does not work here is left out,
   * and if nothing is left, it is {@code deflate}. Default: what is given to the builder, what is
   * on the class path (such as {@code zstd}) and works without a warning of the JVM, then {@code
   * deflate}. A name that nothing has is an {@link IllegalArgumentException} when the client
   * connects or the server starts.
   */
  public B compressions(String... names) {
    compressions = List.of(names);
    return self();
  }

  /**
   * Whether a connection that has much to do, some thousand messages a second, may wait for its
   * peer by looking again and again, for some 100 us at a time, where that has proved useful,
   * instead of sleeping. Default yes, for as many connections of the process at a time as the JVM
   * has processors, and none if it has one only. Being woken takes longer than most answers do, so
   * that makes for several times as many calls of few callers, and about half the latency of many;
   * but it keeps a processor busy that would otherwise be idle half of the time. Say no where the
   * process shares its processors with others, or has a quota of their time that would run out.
   */
  public B spinning(boolean newSpinning) {
    spinning = newSpinning;
    return self();
  }

  /** A transport of one's own, for addresses of its scheme. */
  public B transport(Transport transport) {
    transports.add(requireNonNull(transport, "transport is null"));
    return self();
  }

  /**
   * How {@code tls://} connections are made secure. Without it, a server has none, and a client
   * trusts the authorities that the JVM trusts, for the host in the address.
   */
  public B tls(Tls newTls) {
    tls = requireNonNull(newTls, "tls is null");
    return self();
  }

  /**
   * The bytes that the system may keep of what a {@code tcp}, {@code tls} or {@code unix} socket
   * sends, until the peer has taken them (SO_SNDBUF): 1 to 1 GiB, of which the system takes what it
   * allows (Linux: net.core.wmem_max). Default: as the system finds good, which for TCP grows with
   * the distance. What does not fit waits in this process, within the limits on calls and bytes.
   */
  public B sendBufferSize(int bytes) {
    Defaults.checkRange("sendBufferSize", bytes, 1, SOCKET_BYTES_MAX);
    socketBuffers = socketBuffers.withSendBytes(bytes);
    return self();
  }

  /**
   * The bytes that the system may keep of what has come for a {@code tcp}, {@code tls} or {@code
   * unix} socket and is not read yet (SO_RCVBUF): 1 to 1 GiB, of which the system takes what it
   * allows (Linux: net.core.rmem_max). Default: as the system finds good, which for TCP grows with
   * the distance.
   */
  public B receiveBufferSize(int bytes) {
    Defaults.checkRange("receiveBufferSize", bytes, 1, SOCKET_BYTES_MAX);
    socketBuffers = socketBuffers.withReceiveBytes(bytes);
    return self();
  }

  /**
   * What to do with each new channel: wrap it, refuse it, or, by default, let it pass. Runs on the
   * connection's own thread; why one was refused is logged.
   */
  public B onConnect(OnConnect newOnConnect) {
    onConnect = requireNonNull(newOnConnect, "onConnect is null");
    return self();
  }

  /**
   * Is told what happens to connections, on a thread where it may block; see {@link
   * ConnectionEvent}. Default none.
   */
  public B listener(Consumer<? super ConnectionEvent> newListener) {
    listener = requireNonNull(newListener, "listener is null");
    return self();
  }

  /** Where the time comes from: default the machine's clock; another is for tests. */
  public B time(TimeSource newTime) {
    time = requireNonNull(newTime, "time is null");
    return self();
  }

  /** Where randomness comes from: default a fresh one; another is for tests. */
  public B random(RandomGenerator newRandom) {
    random = requireNonNull(newRandom, "random is null");
    return self();
  }

  Codec chosenCodec() {
    return codec == null ? Defaults.codec() : codec;
  }

  Transport transportFor(URI address) {
    return Transports.find(address, transports, tls == null ? null : tls.settings(), socketBuffers);
  }

  /**
   * What to compress with.
   *
   * @param everywhere whether, if nothing was said, that goes for all transports too
   */
  Compressions chosenCompressions(boolean everywhere) {
    if (compress != null && !compress) {
      return Compressions.NONE;
    }
    Compressions found = Compressions.find(ownCompressions, compressions);
    return compress != null || everywhere ? found : found.wherePreferred();
  }
}
