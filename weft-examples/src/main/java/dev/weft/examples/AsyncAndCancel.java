package dev.weft.examples;

import dev.weft.RpcClient;
import dev.weft.RpcFunction;
import dev.weft.RpcServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Many calls at once from one thread, and one that is not wanted any more. */
public final class AsyncAndCancel {

  private AsyncAndCancel() {}

  /** Runs it. */
  public static void main(String[] args) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    try (RpcServer server =
            RpcServer.builder()
                .function("square", Integer.class, Long.class, n -> (long) n * n)
                .function(
                    "sleep",
                    String.class,
                    String.class,
                    text -> {
                      begun.countDown();
                      try {
                        Thread.sleep(60_000);
                      } catch (InterruptedException e) {
                        interrupted.countDown(); // the caller has given up
                      }
                      return text;
                    })
                .listen("tcp://127.0.0.1:0")
                .start();
        RpcClient client = RpcClient.connect(server.address())) {

      // A thousand calls are on their way before the first is answered; few system calls carry
      // them.
      RpcFunction<Integer, Long> square = client.function("square", Integer.class, Long.class);
      List<CompletableFuture<Long>> squares =
          IntStream.rangeClosed(1, 1_000).mapToObj(square::callAsync).toList();
      long sum = squares.stream().mapToLong(CompletableFuture::join).sum();
      System.out.println("the sum of the squares is " + sum);

      // Cancel the future that the call gave: a stage that was made from it is only a stage.
      RpcFunction<String, String> sleep = client.function("sleep", String.class, String.class);
      CompletableFuture<String> unwanted = sleep.callAsync("good night");
      begun.await();
      unwanted.cancel(true);
      interrupted.await();
      System.out.println("the handler was interrupted");
    }
  }
}
