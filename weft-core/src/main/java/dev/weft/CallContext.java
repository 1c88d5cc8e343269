package dev.weft;

import dev.weft.internal.service.CurrentCall;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;

/**
 * What a handler may know about the call that it serves.
 *
 * <p>A function's handler, or a method of a service interface, may take it as its first parameter
 * (which is not sent; callers pass {@code null}); any handler can ask for it by {@link #current()}.
 *
 * <p>Any thread.
 */
public interface CallContext {

  /**
   * The context of the call that this thread serves.
   *
   * @throws IllegalStateException outside a handler, and on threads that a handler started
   */
  static CallContext current() {
    CallContext context = CurrentCall.get();
    if (context == null) {
      throw new IllegalStateException("no call is being handled on " + Thread.currentThread());
    }
    return context;
  }

  /** The name of the called function or method, such as {@code WordCounter.count}. */
  String method();

  /** The address of the caller, such as {@code tcp://127.0.0.1:49152}. */
  String peer();

  /**
   * Who the caller is, as far as the transport has made sure of it: its TLS certificates, or its
   * user and group over a unix socket.
   */
  default PeerIdentity peerIdentity() {
    return PeerIdentity.UNKNOWN;
  }

  /**
   * Who the caller is, as the server's {@link Authenticator} has found out; empty on a server that
   * has none.
   */
  Optional<Principal> principal();

  /** The texts that the caller has sent with the call; none of it is checked but its size. */
  default Metadata metadata() {
    return Metadata.EMPTY;
  }

  /** What is left of the caller's time; zero when it is over. One-way messages: seven days. */
  Duration remaining();

  /**
   * Whether nobody waits for the answer any more: the caller cancelled, its time is over, or its
   * connection is lost. The handler's thread is interrupted when the caller says so (it does when
   * it cancels, or its time is over), or its connection is lost.
   */
  boolean isCancelled();
}
