package dev.weft.examples;

import dev.weft.CallOptions;
import dev.weft.RpcClient;
import dev.weft.RpcConnectionException;
import dev.weft.RpcException;
import dev.weft.RpcFunction;
import dev.weft.RpcProtocolException;
import dev.weft.RpcRemoteException;
import dev.weft.RpcServer;
import dev.weft.RpcTimeoutException;
import java.time.Duration;

/** Calls that fail, each in its own way; what to do about it is in {@code executed()}. */
public final class DeadlinesAndErrors {

  private DeadlinesAndErrors() {}

  /** Runs it. */
  public static void main(String[] args) {
    String address;
    try (RpcServer server =
            RpcServer.builder()
                .function(
                    "sleep",
                    Long.class,
                    String.class,
                    millis -> {
                      Thread.sleep(millis); // interrupted when its caller's time is over
                      return "slept well";
                    })
                .function(
                    "fail",
                    String.class,
                    String.class,
                    text -> {
                      throw new IllegalStateException("not in the mood for " + text);
                    })
                .listen("tcp://127.0.0.1:0")
                .start();
        RpcClient client =
            RpcClient.builder().timeout(Duration.ofSeconds(5)).connect(server.address())) {
      address = server.address();

      RpcFunction<Long, String> sleep = client.function("sleep", Long.class, String.class);
      System.out.println(sleep.call(1L));
      report(() -> sleep.call(60_000L, Duration.ofMillis(50)));
      report(() -> client.function("fail", String.class, String.class).call("work"));
      report(() -> client.function("sleeep", Long.class, String.class).call(1L));
    }

    // Nobody listens there any more: without failFast, the call would wait until its deadline.
    try (RpcClient client = RpcClient.connect(address)) {
      CallOptions failFast = CallOptions.DEFAULT.withFailFast();
      report(() -> client.function("sleep", Long.class, String.class, failFast).call(1L));
    }
  }

  private static void report(Runnable call) {
    try {
      call.run();
    } catch (RpcException e) {
      String what =
          switch (e) {
            case RpcTimeoutException timeout -> "too late";
            case RpcRemoteException remote -> "the handler threw " + remote.type();
            case RpcProtocolException protocol -> "the two ends do not agree";
            case RpcConnectionException connection -> "no connection";
            default -> "overloaded or cancelled";
          };
      System.out.println(what + "; executed: " + e.executed());
    }
  }
}
