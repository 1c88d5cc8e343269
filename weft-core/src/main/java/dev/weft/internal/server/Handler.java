package dev.weft.internal.server;

import dev.weft.CallContext;
import org.jspecify.annotations.Nullable;

/** What serves the calls of one method. */
@FunctionalInterface
public interface Handler {

  /**
   * Serves a call, on whatever thread its {@link dev.weft.Execution} says.
   *
   * @param arguments as {@link dev.weft.internal.service.BoundMethod#decodeArguments} gives them
   * @return the result, or a {@link java.util.concurrent.CompletionStage} of it
   */
  @Nullable Object handle(CallContext context, @Nullable Object arguments) throws Throwable;
}
