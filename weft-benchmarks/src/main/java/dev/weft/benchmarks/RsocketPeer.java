package dev.weft.benchmarks;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.benchmarks.grpc.SmallMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import io.rsocket.util.EmptyPayload;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * RSocket-java over TCP, request-response and fire-and-forget, with the zero-copy decoder and
 * pooled buffers. It carries bytes: the record is a protobuf message, which the server parses and
 * builds anew, as every other peer's does. Its handlers run on Netty's event loops.
 *
 * <p>A payload with metadata is an array of bytes.
 */
record RsocketPeer() implements Peer {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "rsocket";
  }

  @Override
  public Server serve() {
    CloseableChannel channel =
        Objects.requireNonNull(
            RSocketServer.create(RsocketPeer::accept)
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .bind(TcpServerTransport.create("127.0.0.1", 0))
                .block(PATIENCE));
    return new RsocketServer(channel);
  }

  private static Mono<RSocket> accept(ConnectionSetupPayload setup, RSocket peer) {
    return Mono.just(new Echo());
  }

  @Override
  public Client connect(String address) {
    RSocket socket =
        Objects.requireNonNull(
            RSocketConnector.create()
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .acceptor(SocketAcceptor.with(new RSocket() {}))
                .connect(TcpClientTransport.create("127.0.0.1", Integer.parseInt(address)))
                .block(PATIENCE));
    return new RsocketClient(socket);
  }

  private static Payload payload(SmallMessage message) {
    int size = message.getSerializedSize();
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    buffer.writeBytes(message.toByteArray());
    return ByteBufPayload.create(buffer);
  }

  /** Takes the payload. */
  private static SmallMessage parse(Payload payload) {
    try {
      return SmallMessage.parseFrom(payload.getData());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    } finally {
      payload.release();
    }
  }

  private static final class Echo implements RSocket {

    @Override
    public Mono<Payload> requestResponse(Payload request) {
      return Mono.just(request.hasMetadata() ? request : payload(parse(request)));
    }

    @Override
    public Mono<Void> fireAndForget(Payload message) {
      parse(message);
      return Mono.empty();
    }
  }

  private record RsocketServer(CloseableChannel channel) implements Server {

    @Override
    public String address() {
      return Integer.toString(channel.address().getPort());
    }

    @Override
    public void close() {
      channel.dispose();
      channel.onClose().block(PATIENCE);
    }
  }

  private record RsocketClient(RSocket socket) implements Client {

    @Override
    public int call(int number) {
      Payload answer = socket.requestResponse(payload(SmallProto.of(number))).block();
      return SmallProto.read(parse(Objects.requireNonNullElse(answer, EmptyPayload.INSTANCE)));
    }

    @Override
    public void callAsync(int number, Completion completion) {
      socket
          .requestResponse(payload(SmallProto.of(number)))
          .map(answer -> SmallProto.read(parse(answer)))
          .subscribe(completion::completed, completion::failed);
    }

    @Override
    public void send(int number) {
      socket.fireAndForget(payload(SmallProto.of(number))).subscribe();
    }

    @Override
    public ByteBuffer echo(byte[] bytes) {
      ByteBuf data = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
      ByteBuf metadata = PooledByteBufAllocator.DEFAULT.directBuffer(1).writeByte(1);
      Payload answer =
          Objects.requireNonNull(
              socket.requestResponse(ByteBufPayload.create(data, metadata)).block());
      try {
        byte[] copy = new byte[answer.sliceData().readableBytes()];
        answer.sliceData().getBytes(0, copy);
        return ByteBuffer.wrap(copy);
      } finally {
        answer.release();
      }
    }

    @Override
    public void close() {
      socket.dispose();
    }
  }
}
