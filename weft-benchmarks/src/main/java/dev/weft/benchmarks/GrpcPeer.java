package dev.weft.benchmarks;

import com.google.protobuf.UnsafeByteOperations;
import dev.weft.benchmarks.grpc.BytesMessage;
import dev.weft.benchmarks.grpc.EchoGrpc;
import dev.weft.benchmarks.grpc.SmallMessage;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * grpc-java through its usual API: generated stubs, the blocking one for calls that wait and {@link
 * StreamObserver}s for those that do not; {@code grpc-netty}, one channel, which is one connection.
 *
 * <p>Unlike Weft's calls, these have no deadline: it is gRPC's default, and costs it nothing.
 *
 * @param name what the race calls it
 * @param threads where handlers and callbacks run
 * @param certificate for TLS; {@code null}: without
 */
record GrpcPeer(String name, Threads threads, @Nullable RaceCertificate certificate)
    implements Peer {

  static GrpcPeer overTcp(String name, Threads threads) {
    return new GrpcPeer(name, threads, null);
  }

  static GrpcPeer overTls(String name, Threads threads) {
    return new GrpcPeer(name, threads, RaceCertificate.ofTheRace());
  }

  /** Where handlers and callbacks run. */
  enum Threads {
    /** gRPC's default: a cached pool of platform threads. */
    POOLED,
    /** On the event loops: fastest for what never blocks. */
    DIRECT,
    /** On a virtual thread each. */
    VIRTUAL
  }

  /** Bytes of a message that an end accepts; gRPC's default is 4 MiB. */
  private static final int MESSAGE_BYTES_MAX = 32 << 20;

  @Override
  public boolean supports(Case load) {
    return load.kind() != Case.Kind.ONEWAY; // there is no such thing in gRPC
  }

  @Override
  public Server serve() throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .addService(new EchoService());
    if (certificate != null) {
      builder.useTransportSecurity(certificate.chain().toFile(), certificate.key().toFile());
    }
    switch (threads) {
      case POOLED -> {}
      case DIRECT -> builder.directExecutor();
      case VIRTUAL -> builder.executor(Executors.newVirtualThreadPerTaskExecutor());
    }
    return new GrpcServer(builder.build().start());
  }

  @Override
  public Client connect(String address) throws SSLException {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(address).maxInboundMessageSize(MESSAGE_BYTES_MAX);
    if (certificate == null) {
      builder.usePlaintext();
    } else {
      builder.sslContext(
          GrpcSslContexts.forClient().trustManager(certificate.authority().toFile()).build());
    }
    switch (threads) {
      case POOLED -> {}
      case DIRECT -> builder.directExecutor();
      case VIRTUAL -> builder.executor(Executors.newVirtualThreadPerTaskExecutor());
    }
    ManagedChannel channel = builder.build();
    return new GrpcClient(channel, EchoGrpc.newBlockingStub(channel), EchoGrpc.newStub(channel));
  }

  private static final class EchoService extends EchoGrpc.EchoImplBase {

    @Override
    public void echo(SmallMessage request, StreamObserver<SmallMessage> responses) {
      responses.onNext(request);
      responses.onCompleted();
    }

    @Override
    public void echoBytes(BytesMessage request, StreamObserver<BytesMessage> responses) {
      responses.onNext(request);
      responses.onCompleted();
    }
  }

  private record GrpcServer(io.grpc.Server server) implements Server {

    @Override
    public String address() {
      return "127.0.0.1:" + server.getPort();
    }

    @Override
    public void close() throws InterruptedException {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private record GrpcClient(
      ManagedChannel channel, EchoGrpc.EchoBlockingStub blocking, EchoGrpc.EchoStub async)
      implements Client {

    @Override
    public int call(int number) {
      return SmallProto.read(blocking.echo(SmallProto.of(number)));
    }

    @Override
    public void callAsync(int number, Completion completion) {
      async.echo(SmallProto.of(number), new Answer(completion));
    }

    /** Without a copy of gRPC's own user: the bytes are lent to it until the answer has come. */
    @Override
    public ByteBuffer echo(byte[] payload) {
      BytesMessage request =
          BytesMessage.newBuilder().setData(UnsafeByteOperations.unsafeWrap(payload)).build();
      return blocking.echoBytes(request).getData().asReadOnlyByteBuffer();
    }

    @Override
    public void close() throws InterruptedException {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private static final class Answer implements StreamObserver<SmallMessage> {

    private final Completion completion;
    private @Nullable SmallMessage message;

    Answer(Completion completion) {
      this.completion = completion;
    }

    @Override
    public void onNext(SmallMessage newMessage) {
      message = newMessage;
    }

    @Override
    public void onError(Throwable failure) {
      completion.failed(failure);
    }

    @Override
    public void onCompleted() {
      SmallMessage answer = message;
      if (answer == null) {
        completion.failed(new IllegalStateException("the answer holds no message"));
        return;
      }
      int number;
      try {
        number = SmallProto.read(answer);
      } catch (RuntimeException e) {
        completion.failed(e);
        return;
      }
      completion.completed(number);
    }
  }
}
