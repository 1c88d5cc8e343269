package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller whose stack overflows just while he makes a call: the others must not pay for it. */
class StackOverflowTest {

  interface Pinger {
    @OneWay
    void ping();

    @OneWay
    void tell(String text);

    void alive();

    String echo(String text);
  }

  static final class SimplePinger implements Pinger {
    @Override
    public void ping() {}

    @Override
    public void tell(String text) {}

    @Override
    public void alive() {}

    @Override
    public String echo(String text) {
      return text;
    }
  }

  /** In a JVM of its own: a thread that spins for ever would spoil the other tests. */
  static final class Overflowing {

    @SuppressWarnings("InfiniteRecursion") // that is the point
    private static void pingDeeper(Pinger pinger) {
      pinger.ping();
      pingDeeper(pinger);
    }

    @SuppressWarnings("InfiniteRecursion") // that is the point
    private static void tellDeeper(Pinger pinger) {
      pinger.tell("deeper");
      tellDeeper(pinger);
    }

    public static void main(String[] args) throws Exception {
      RpcServer server =
          RpcServer.builder()
              .listen("tcp://127.0.0.1:0")
              .service(Pinger.class, new SimplePinger())
              .start();
      Pinger pinger = RpcClient.connect(server.address()).service(Pinger.class);
      pinger.echo("connected");
      for (int i = 0; i < 20; i++) {
        Runnable recursion =
            args[0].equals("core") ? () -> pingDeeper(pinger) : () -> tellDeeper(pinger);
        Thread caller = Thread.ofPlatform().uncaughtExceptionHandler((t, e) -> {}).start(recursion);
        caller.join();
        pinger.alive();
        pinger.echo("alive");
      }
      System.exit(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "fory"})
  void callersStackOverflowDoesNotEndTheConnectionsService(String where) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Overflowing.class.getName(),
                where)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it has ended").isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
