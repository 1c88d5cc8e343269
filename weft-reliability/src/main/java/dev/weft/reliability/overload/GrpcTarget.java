package dev.weft.reliability.overload;

import dev.weft.benchmarks.grpc.EchoGrpc;
import dev.weft.benchmarks.grpc.SmallMessage;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * grpc-java as its users are told to run it: handlers on a pool of as many threads as there are
 * handlers, so calls wait in the pool's queue; deadlines on. It does not say whether a call that
 * failed was executed.
 */
final class GrpcTarget implements Target {

  @Override
  public String name() {
    return "grpc";
  }

  @Override
  public Server serve(Work work, IntConsumer begun) throws IOException {
    ExecutorService handlers = Executors.newFixedThreadPool(work.handlers());
    return new GrpcServer(
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .executor(handlers)
            .addService(new WorkService(work, begun))
            .build()
            .start(),
        handlers);
  }

  @Override
  public Client connect(String address) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    return new GrpcClient(channel, EchoGrpc.newStub(channel));
  }

  private static final class WorkService extends EchoGrpc.EchoImplBase {

    private final Work work;
    private final IntConsumer begun;

    WorkService(Work work, IntConsumer begun) {
      this.work = work;
      this.begun = begun;
    }

    @Override
    public void echo(SmallMessage request, StreamObserver<SmallMessage> responses) {
      begun.accept(request.getNumber());
      try {
        work.run();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        responses.onError(Status.CANCELLED.asException());
        return;
      }
      responses.onNext(request);
      responses.onCompleted();
    }
  }

  private record GrpcServer(io.grpc.Server server, ExecutorService handlers) implements Server {

    @Override
    public String address() {
      return "127.0.0.1:" + server.getPort();
    }

    @Override
    public void close() throws InterruptedException {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      handlers.shutdownNow();
    }
  }

  private record GrpcClient(ManagedChannel channel, EchoGrpc.EchoStub stub) implements Client {

    @Override
    public void call(int number, long timeoutNanos, Completion completion) {
      stub.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS)
          .echo(SmallMessage.newBuilder().setNumber(number).build(), new Answer(completion));
    }

    @Override
    public void close() throws InterruptedException {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private record Answer(Completion completion) implements StreamObserver<SmallMessage> {

    @Override
    public void onNext(SmallMessage message) {
      // What counts is that it is complete.
    }

    @Override
    public void onError(Throwable failure) {
      End end =
          switch (Status.fromThrowable(failure).getCode()) {
            case DEADLINE_EXCEEDED -> End.EXPIRED;
            case RESOURCE_EXHAUSTED, UNAVAILABLE -> End.REFUSED;
            default -> End.FAILED;
          };
      completion.ended(end, null);
    }

    @Override
    public void onCompleted() {
      completion.ended(End.ANSWERED, null);
    }
  }
}
