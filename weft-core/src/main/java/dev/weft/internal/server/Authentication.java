package dev.weft.internal.server;

import dev.weft.Authenticator;
import dev.weft.Authenticator.Peer;
import dev.weft.internal.wire.RefusalException;
import dev.weft.internal.wire.RefusalKind;
import dev.weft.spi.TimeSource;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Finds out who a new client is, before anything it sends is served. Any thread. */
final class Authentication {

  private static final byte[] NOTHING = {};

  private final @Nullable Authenticator authenticator;
  private final Duration limit;
  private final TimeSource time;
  private final ServerLog log;

  Authentication(
      @Nullable Authenticator authenticator, Duration limit, TimeSource time, ServerLog log) {
    this.authenticator = authenticator;
    this.limit = limit;
    this.time = time;
    this.log = log;
  }

  /**
   * Asks the user's authenticator, on the connection's own thread.
   *
   * @return who it is; {@code null} when nobody asks
   * @throws RefusalException when it is not wanted, or nobody can tell
   */
  @Nullable Principal authenticate(Peer peer, byte @Nullable [] credentials) {
    if (authenticator == null) {
      return null;
    }
    // The connection's own alarm closes it; this one gets the thread out of the authenticator.
    AtomicReference<@Nullable Thread> asking = new AtomicReference<>(Thread.currentThread());
    TimeSource.Scheduled alarm = time.schedule(limit.toNanos(), () -> interrupt(asking));
    Principal principal;
    try {
      principal = authenticator.authenticate(peer, credentials == null ? NOTHING : credentials);
    } catch (SecurityException e) {
      throw new RefusalException(RefusalKind.NOT_PERMITTED, reason(e));
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
      String id = log.failed("the authenticator failed", peer.address(), e);
      throw new RefusalException(
          RefusalKind.OTHER, "the authenticator failed (see [" + id + "] in the server's log)");
    } finally {
      alarm.cancel();
      asking.set(null);
    }
    if (principal == null) { // by a lambda that does not care for annotations
      throw new RefusalException(RefusalKind.NOT_PERMITTED, "not permitted");
    }
    return principal;
  }

  private static String reason(SecurityException e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? "not permitted" : message;
  }

  private static void interrupt(AtomicReference<@Nullable Thread> asking) {
    Thread thread = asking.getAndSet(null);
    if (thread != null) {
      thread.interrupt();
    }
  }
}
