package dev.weft.reliability.failure;

import dev.weft.Execution;
import dev.weft.RpcClient;
import dev.weft.RpcServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The process that failures happen to: a server that counts each call in a journal when it begins
 * it.
 *
 * <p>It warms up, says {@code ready}, and listens when it is told {@code listen}; if the port is
 * still another's, as soon as it is not. SIGTERM shuts it down without losing a call; the end of
 * its input, which comes when its parent dies, ends it at once.
 */
final class TargetMain {

  static final String READY = "ready";
  static final String LISTEN = "listen";
  static final String LISTENING = "listening";

  static final String TASK = "task";
  static final String INLINE_TASK = "inline";
  static final String USAGE = "usage";
  static final String ACCEPT_FAILURES = "acceptFailures";

  /** The number of calls that no journal counts. */
  static final long UNCOUNTED = -1;

  private static final Duration DRAIN_MAX = Duration.ofSeconds(10);
  private static final Duration PORT_MAX = Duration.ofSeconds(30);
  private static final long PORT_PAUSE_NANOS = 500_000;

  private static final System.Logger LOGGER = System.getLogger("dev.weft.reliability");

  private static final int HOG_BYTES = 4096;
  private static final long HOG_NANOS = 300_000_000;

  private final Journal begun;
  private volatile RpcServer server;

  private TargetMain(Journal begun) {
    this.begun = begun;
    this.server = start("tcp://127.0.0.1:0");
  }

  /**
   * Runs it.
   *
   * @param args the journal, and the address
   */
  public static void main(String[] args) throws IOException {
    // The JDK's logging reads its settings and the time zone with the first line: as in any
    // program,
    // that is long before there is no descriptor left to read them with.
    LOGGER.log(System.Logger.Level.INFO, "serves " + args[1]);
    TargetMain target = new TargetMain(Journal.open(Path.of(args[0])));
    target.warmUp();
    Runtime.getRuntime().addShutdownHook(new Thread(target::shutDown));
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    say(READY);
    if (LISTEN.equals(input.readLine())) {
      target.listen(args[1]);
      // Not the clock of this process alone: its parent compares.
      say(LISTENING + " " + System.currentTimeMillis());
      while (input.readLine() != null) {
        // Nothing more is said here; what counts is the end.
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private RpcServer start(String address) {
    return RpcServer.builder()
        .function(TASK, Task.class, Long.class, this::run)
        .function(INLINE_TASK, Task.class, Long.class, this::run, Execution.inline())
        .function(USAGE, Usage.class, this::usage)
        .function(ACCEPT_FAILURES, Long.class, () -> server.stats().acceptErrors())
        .listen(address)
        .start();
  }

  /** What the first call would pay for. */
  private void warmUp() {
    try (RpcClient client = RpcClient.connect(server.address())) {
      client.function(USAGE, Usage.class).call();
      client.function(TASK, Task.class, Long.class).call(Task.of(UNCOUNTED, 0));
    }
    server.close();
  }

  private void listen(String address) {
    long end = System.nanoTime() + PORT_MAX.toNanos();
    while (true) {
      try {
        server = start(address);
        return;
      } catch (UncheckedIOException e) {
        if (System.nanoTime() - end > 0) {
          throw e;
        }
        LockSupport.parkNanos(PORT_PAUSE_NANOS);
      }
    }
  }

  private void shutDown() {
    server.shutdown(DRAIN_MAX);
    Runtime.getRuntime().halt(0); // the JVM would report the signal as a failure
  }

  private Usage usage() {
    return Usage.now(server.stats().openCalls(), server.stats().connections());
  }

  private Long run(Task task) throws InterruptedException {
    if (task.call() != UNCOUNTED) {
      begun.add(task.call(), 1);
    }
    fail(task.fault());
    if (task.millis() == Task.HOLD) {
      new CountDownLatch(1).await();
    } else if (task.millis() > 0) {
      Thread.sleep(task.millis());
    }
    return task.answer();
  }

  private static void fail(Task.Fault fault) {
    switch (fault) {
      case NONE -> {}
      case THROWN_OUT_OF_MEMORY -> throw new OutOfMemoryError("thrown by a handler");
      case THROWN_STACK_OVERFLOW -> throw new StackOverflowError("thrown by a handler");
      case DEEP -> say("" + deeper(0));
      case HUGE -> say("" + new long[Integer.MAX_VALUE - 8].length);
      case HOG -> say("" + hog());
    }
  }

  @SuppressWarnings("InfiniteRecursion") // that is the point
  private static int deeper(int depth) {
    return deeper(depth + 1) + 1;
  }

  /** Takes all there is, down to the last bytes, and keeps it for a while. */
  private static int hog() {
    Chain taken = null;
    OutOfMemoryError last = null;
    long end = Long.MAX_VALUE;
    int bytes = HOG_BYTES;
    while (last == null || System.nanoTime() - end < 0) {
      try {
        taken = new Chain(taken, new byte[bytes]);
      } catch (OutOfMemoryError e) {
        if (last == null) {
          last = e;
          end = System.nanoTime() + HOG_NANOS;
        }
        bytes /= 2;
      }
    }
    throw last;
  }

  /** Without an array that would have to grow, and fail to. */
  private record Chain(@Nullable Chain next, byte[] bytes) {}
}
