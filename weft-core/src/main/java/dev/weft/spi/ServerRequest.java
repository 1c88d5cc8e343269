package dev.weft.spi;

import static java.util.Objects.requireNonNull;

import dev.weft.CallContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call as a {@link ServerInterceptor} sees it, after it was decoded.
 *
 * <p>Immutable, except for what its arguments are. Any thread.
 *
 * @param context what is known of the call: its method, peer, metadata, deadline
 * @param arguments without a leading call context; a function has one
 */
public record ServerRequest(CallContext context, List<@Nullable Object> arguments) {

  /** The arguments are copied. */
  public ServerRequest {
    requireNonNull(context, "context is null");
    arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
  }

  /** The called function or method, such as {@code WordCounter.count}. */
  public String method() {
    return context.method();
  }

  /**
   * The same call with other arguments.
   *
   * @throws IllegalArgumentException when there are not as many
   */
  public ServerRequest withArguments(List<? extends @Nullable Object> arguments) {
    if (arguments.size() != this.arguments.size()) {
      throw new IllegalArgumentException(
          method() + " has " + this.arguments.size() + " arguments, not " + arguments.size());
    }
    return new ServerRequest(context, new ArrayList<>(arguments));
  }
}
