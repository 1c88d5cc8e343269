package dev.weft.reliability.overload;

import dev.weft.RpcClient;
import dev.weft.RpcException;
import dev.weft.RpcFunction;
import dev.weft.RpcOverloadedException;
import dev.weft.RpcServer;
import dev.weft.RpcTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.IntConsumer;

/**
 * Weft, its settings at their defaults; but for the limit of running handlers, where those sleep,
 * as that is what makes the capacity.
 *
 * @param adaptive whether the server finds a limit by itself, below that or below its default
 */
record WeftTarget(String name, boolean adaptive) implements Target {

  @Override
  public Server serve(Work work, IntConsumer begun) {
    RpcServer.Builder builder =
        RpcServer.builder()
            .listen("tcp://127.0.0.1:0")
            .adaptRunningCalls(adaptive)
            .function(
                "work",
                Integer.class,
                Integer.class,
                number -> {
                  begun.accept(number);
                  work.run();
                  return number;
                });
    if (work.kind() == Work.Kind.SLEEP) {
      builder.runningCallsMax(work.handlers());
    }
    return new WeftServer(builder.start());
  }

  @Override
  public Client connect(String address) {
    RpcClient client = RpcClient.connect(address);
    return new WeftClient(client, client.function("work", Integer.class, Integer.class));
  }

  private record WeftServer(RpcServer server) implements Server {

    @Override
    public String address() {
      return server.address();
    }

    @Override
    public void close() {
      server.close();
    }
  }

  private record WeftClient(RpcClient client, RpcFunction<Integer, Integer> work)
      implements Client {

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the completion is told, and does not throw
    public void call(int number, long timeoutNanos, Completion completion) {
      work.callAsync(number, Duration.ofNanos(timeoutNanos))
          .whenComplete((answer, failure) -> {
            if (failure == null) {
              completion.ended(End.ANSWERED, null);
            } else {
              failed(failure, completion);
            }
          });
    }

    private static void failed(Throwable failure, Completion completion) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (cause instanceof RpcException e) {
        End end =
            switch (e) {
              case RpcOverloadedException refused -> End.REFUSED;
              case RpcTimeoutException late -> End.EXPIRED;
              default -> End.FAILED;
            };
        completion.ended(end, e.executed());
      } else {
        completion.ended(End.FAILED, null);
      }
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
