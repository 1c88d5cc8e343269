package dev.weft.benchmarks;

import dev.weft.benchmarks.grpc.EchoGrpc;
import dev.weft.benchmarks.grpc.SmallMessage;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * grpc-java through its usual API: generated stubs, the blocking one for calls that wait and {@link
 * StreamObserver}s for those that do not; {@code grpc-netty}, one channel, which is one connection.
 *
 * <p>Unlike Weft's calls, these have no deadline: it is gRPC's default, and costs it nothing.
 *
 * @param name what the race calls it
 * @param threads where handlers and callbacks run
 */
record GrpcPeer(String name, Threads threads) implements Peer {

  /** Where handlers and callbacks run. */
  enum Threads {
    /** gRPC's default: a cached pool of platform threads. */
    POOLED,
    /** On the event loops: fastest for what never blocks. */
    DIRECT,
    /** On a virtual thread each. */
    VIRTUAL
  }

  @Override
  public Server serve() throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new EchoService());
    switch (threads) {
      case POOLED -> {}
      case DIRECT -> builder.directExecutor();
      case VIRTUAL -> builder.executor(Executors.newVirtualThreadPerTaskExecutor());
    }
    return new GrpcServer(builder.build().start());
  }

  @Override
  public Client connect(String address) {
    NettyChannelBuilder builder = NettyChannelBuilder.forTarget(address).usePlaintext();
    switch (threads) {
      case POOLED -> {}
      case DIRECT -> builder.directExecutor();
      case VIRTUAL -> builder.executor(Executors.newVirtualThreadPerTaskExecutor());
    }
    ManagedChannel channel = builder.build();
    return new GrpcClient(
        channel, EchoGrpc.newBlockingStub(channel), EchoGrpc.newStub(channel), template());
  }

  private static SmallMessage template() {
    return SmallMessage.newBuilder().setText(Small.TEXT).addAllNumbers(Small.NUMBERS).build();
  }

  private static final class EchoService extends EchoGrpc.EchoImplBase {

    @Override
    public void echo(SmallMessage request, StreamObserver<SmallMessage> responses) {
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

  /** Requests share text and numbers with the template, as Weft's share those of {@link Small}. */
  private record GrpcClient(
      ManagedChannel channel,
      EchoGrpc.EchoBlockingStub blocking,
      EchoGrpc.EchoStub async,
      SmallMessage template)
      implements Client {

    @Override
    public int call(int number) {
      return read(blocking.echo(request(number)));
    }

    @Override
    public void callAsync(int number, Completion completion) {
      async.echo(request(number), new Answer(completion));
    }

    private SmallMessage request(int number) {
      return template.toBuilder().setNumber(number).build();
    }

    private static int read(SmallMessage answer) {
      int size = answer.getNumbersCount();
      return Small.read(answer.getNumber(), answer.getText(), size, answer.getNumbers(size - 1));
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
        number = GrpcClient.read(answer);
      } catch (RuntimeException e) {
        completion.failed(e);
        return;
      }
      completion.completed(number);
    }
  }
}
