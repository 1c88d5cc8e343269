package dev.weft.examples;

import dev.weft.Execution;
import dev.weft.RpcClient;
import dev.weft.RpcServer;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Where handlers run. Virtual threads, the default, suit all that waits; what computes for long
 * would keep them from the processors, so it gets threads of its own; what does next to nothing can
 * do it where it was read.
 */
public final class HandlersOnExecutors {

  private HandlersOnExecutors() {}

  /** What computes for long. */
  public interface Primes {
    /** The next prime number. */
    BigInteger next(BigInteger number);
  }

  /** Runs it. */
  public static void main(String[] args) {
    int processors = Runtime.getRuntime().availableProcessors();
    try (ExecutorService computing =
            Executors.newFixedThreadPool(
                processors, Thread.ofPlatform().name("computing-", 0).factory());
        RpcServer server =
            RpcServer.builder()
                .service(Primes.class, BigInteger::nextProbablePrime, Execution.on(computing))
                .function("thread", String.class, String.class, text -> kindOfThread())
                .function(
                    "computingThread",
                    String.class,
                    String.class,
                    text -> kindOfThread(),
                    Execution.on(computing))
                .function("ping", String.class, String.class, text -> "pong", Execution.inline())
                .listen("tcp://127.0.0.1:0")
                .start();
        RpcClient client = RpcClient.connect(server.address())) {

      Primes primes = client.service(Primes.class);
      System.out.println(
          "2^127 - 1 is " + primes.next(BigInteger.TWO.pow(127).subtract(BigInteger.TWO)));
      for (String name : List.of("thread", "computingThread", "ping")) {
        System.out.println(
            name + ": " + client.function(name, String.class, String.class).call("?"));
      }
    }
  }

  private static String kindOfThread() {
    Thread thread = Thread.currentThread();
    return thread.isVirtual() ? "a virtual one" : thread.getName().replaceAll("\\d+$", "N");
  }
}
