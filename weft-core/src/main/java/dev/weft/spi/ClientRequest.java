package dev.weft.spi;

import static java.util.Objects.requireNonNull;

import dev.weft.CallOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call as a {@link ClientInterceptor} sees it, before it is encoded.
 *
 * <p>Immutable, except that its arguments are the caller's own objects. Any thread.
 *
 * @param method the called function or method, such as {@code WordCounter.count}
 * @param peer the server's address
 * @param kind how it is called
 * @param arguments without a leading call context; a function has one
 * @param options how it is called; with the metadata that goes with it
 */
public record ClientRequest(
    String method, String peer, Kind kind, List<@Nullable Object> arguments, CallOptions options) {

  /** How a call is made. */
  public enum Kind {
    /** The caller waits. */
    SYNCHRONOUS,
    /** The caller has a future. */
    ASYNCHRONOUS,
    /** There will be no answer. */
    ONE_WAY
  }

  /** The arguments are copied. */
  public ClientRequest {
    requireNonNull(method, "method is null");
    requireNonNull(peer, "peer is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(options, "options is null");
    arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
  }

  /** The same call with other options. */
  public ClientRequest withOptions(CallOptions options) {
    return new ClientRequest(method, peer, kind, arguments, options);
  }

  /**
   * The same call with one more entry of metadata.
   *
   * @throws IllegalArgumentException when it breaks one of the limits of metadata
   */
  public ClientRequest withMetadata(String key, String value) {
    return withOptions(options.withMetadata(key, value));
  }

  /**
   * The same call with other arguments.
   *
   * @throws IllegalArgumentException when there are not as many
   */
  public ClientRequest withArguments(List<? extends @Nullable Object> arguments) {
    if (arguments.size() != this.arguments.size()) {
      throw new IllegalArgumentException(
          method + " has " + this.arguments.size() + " arguments, not " + arguments.size());
    }
    return new ClientRequest(method, peer, kind, new ArrayList<>(arguments), options);
  }
}
