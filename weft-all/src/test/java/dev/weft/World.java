package dev.weft;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The servers, clients and threads of a test, which end with it; and how it waits for things. */
final class World implements AfterEachCallback {

  /** Longer than anything takes that works. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Handlers fail in many tests; kept, because the logging system only holds it weakly. */
  private static final Logger SERVER_LOG = Logger.getLogger("dev.weft.server");

  private static final Logger CLIENT_LOG = Logger.getLogger("dev.weft.client");

  static {
    SERVER_LOG.setLevel(Level.OFF);
    CLIENT_LOG.setLevel(Level.OFF);
  }

  private final Deque<AutoCloseable> closing = new ArrayDeque<>();

  /**
   * An address where nobody listens, and nobody will by chance: its port is below those that
   * systems give to clients.
   */
  static String unusedAddress() {
    for (int port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000); ; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return "tcp://127.0.0.1:" + socket.getLocalPort();
      } catch (IOException e) {
        // Taken: the next, then.
      }
    }
  }

  /** A server on a free port. */
  RpcServer server(Consumer<RpcServer.Builder> setting) {
    return serverAt("tcp://127.0.0.1:0", setting);
  }

  RpcServer serverAt(String address, Consumer<RpcServer.Builder> setting) {
    RpcServer.Builder builder = RpcServer.builder().listen(address);
    setting.accept(builder);
    return keep(builder.start());
  }

  RpcClient client(RpcServer server) {
    return client(server.address(), builder -> {});
  }

  RpcClient client(String address, Consumer<RpcClient.Builder> setting) {
    RpcClient.Builder builder = RpcClient.builder();
    setting.accept(builder);
    return keep(builder.connect(address));
  }

  /** Closes it after the test, the last one first. */
  <T extends AutoCloseable> T keep(T closeable) {
    closing.push(closeable);
    return closeable;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    while (!closing.isEmpty()) {
      closing.pop().close();
    }
  }

  /** Waits until something is so. */
  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited in vain: " + what);
      }
      LockSupport.parkNanos(100_000);
    }
  }

  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("waited in vain for a latch");
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for a latch", e);
    }
  }

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the future has not succeeded: " + e, e);
    }
  }

  /** What the future fails with. */
  static <T extends Throwable> T failure(CompletableFuture<?> future, Class<T> type) {
    ExecutionException failure =
        catchThrowableOfType(
            ExecutionException.class, () -> future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    if (failure == null) {
      throw new AssertionError("the future has not failed, but is " + future.join());
    }
    if (!type.isInstance(failure.getCause())) {
      throw new AssertionError("not a " + type.getSimpleName(), failure.getCause());
    }
    return type.cast(failure.getCause());
  }

  static void join(Thread thread) {
    try {
      if (!thread.join(PATIENCE)) {
        throw new AssertionError("still runs: " + thread);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for " + thread, e);
    }
  }
}
