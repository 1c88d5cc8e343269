package dev.weft.internal.server;

import static java.util.Objects.requireNonNull;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.Execution;
import dev.weft.Metadata;
import dev.weft.internal.connection.Patience;
import dev.weft.internal.connection.SentFrames;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.wire.Frame;
import dev.weft.reliability.stress.TextCodec;
import dev.weft.spi.Payload;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A call at the server ends once, whoever ends it, and its interruption hits nobody else. */
public final class ServerCallStress {

  private ServerCallStress() {}

  private static String answers(SentFrames sent) {
    return sent.responses().size() + " results " + sent.errors().size() + " errors";
  }

  /** A call is run by one thread and cancelled by another. */
  @JCStressTest
  @Outcome(
      id = {"1 results 0 errors, clean", "0 results 1 errors, clean"},
      expect = ACCEPTABLE,
      desc = "it was run, or cancelled before")
  @Outcome(expect = FORBIDDEN, desc = "no answer or two, or its thread is interrupted later")
  @State
  public static class RunAndCancel {
    private final StressServer server =
        new StressServer(Execution.virtualThreads(), 10, (context, argument) -> argument);
    private final ServerCall call = call(server);

    @Actor
    public void worker(LL_Result result) {
      boolean before = Thread.interrupted();
      call.run();
      result.r2 = before || Thread.interrupted() ? "interrupted" : "clean";
    }

    @Actor
    public void reader() {
      call.cancel("stress");
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = answers(server.sent());
    }
  }

  /** A call is run by one thread, and abandoned by the thread that shuts the server down. */
  @JCStressTest
  @Outcome(
      id = {"1 results 0 errors, clean", "0 results 1 errors, clean"},
      expect = ACCEPTABLE,
      desc = "it was run, or abandoned")
  @Outcome(expect = FORBIDDEN, desc = "no answer or two, or its thread is interrupted later")
  @State
  public static class RunAndAbandon {
    private final StressServer server =
        new StressServer(Execution.virtualThreads(), 10, (context, argument) -> argument);
    private final ServerCall call = call(server);

    @Actor
    public void worker(LL_Result result) {
      boolean before = Thread.interrupted();
      call.run();
      result.r2 = before || Thread.interrupted() ? "interrupted" : "clean";
    }

    @Actor
    public void closer() {
      call.abandon("stress");
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = answers(server.sent());
    }
  }

  /** A handler has returned a future, which completes when the call is abandoned. */
  @JCStressTest
  @Outcome(
      id = {"1 results 0 errors, 0", "0 results 1 errors, 0"},
      expect = ACCEPTABLE,
      desc = "the result, or that it was given up")
  @Outcome(expect = FORBIDDEN, desc = "no answer or two, or it counts as running for ever")
  @State
  public static class CompleteAndAbandon {
    private final CompletableFuture<Object> future = new CompletableFuture<>();
    private final StressServer server =
        new StressServer(Execution.inline(), 10, (context, argument) -> argument);
    private final ServerCall call = call(asynchronous(future), server);

    /** Its handler has returned. */
    public CompleteAndAbandon() {
      call.run();
    }

    @Actor
    public void user() {
      future.complete("text");
    }

    @Actor
    public void closer() {
      call.abandon("stress");
    }

    /** Cancelling the future, which ends the call as well, is done by a thread of its own. */
    @Arbiter
    public void end(LL_Result result) {
      Patience.until(() -> server.messagesWritten() > 0);
      result.r1 = answers(server.sent());
      result.r2 = server.core.runningCalls();
    }
  }

  /** A handler returns a future when the call is cancelled: then the future is, too. */
  @JCStressTest
  @Outcome(id = "begun, cancelled", expect = ACCEPTABLE, desc = "the future learns of it")
  @Outcome(id = "not begun, untouched", expect = ACCEPTABLE, desc = "there is no future")
  @Outcome(expect = FORBIDDEN, desc = "the handler goes on for nobody")
  @State
  public static class ReturnFutureAndCancel {
    private final CompletableFuture<Object> future = new CompletableFuture<>();
    private final StressServer server =
        new StressServer(Execution.inline(), 10, (context, argument) -> argument);
    private volatile boolean begun;
    private final ServerCall call =
        call(
            asynchronous(
                future,
                () -> {
                  begun = true;
                }),
            server);

    @Actor
    public void worker() {
      call.run();
    }

    @Actor
    public void reader() {
      call.cancel("stress");
    }

    @Arbiter
    public void end(LL_Result result) {
      result.r1 = begun ? "begun" : "not begun";
      boolean cancelled = begun ? Patience.until(future::isCancelled) : future.isCancelled();
      result.r2 = cancelled ? "cancelled" : "untouched";
    }
  }

  private static ServerCall call(StressServer server) {
    return call(server.method(), server);
  }

  private static ServerCall call(ServerMethod method, StressServer server) {
    return new ServerCall(
        server.called(method),
        0,
        System.nanoTime(),
        Frame.TIMEOUT_MILLIS_MAX,
        Metadata.EMPTY,
        Payload.of(new byte[1]));
  }

  /** A method whose handler returns this future. */
  private static ServerMethod asynchronous(CompletionStage<Object> future) {
    return asynchronous(future, () -> {});
  }

  private static ServerMethod asynchronous(CompletionStage<Object> future, Runnable begins) {
    ServerMethods methods = new ServerMethods(new TextCodec());
    methods.add(
        asynchronousFunction(),
        (context, argument) -> {
          begins.run();
          return future;
        },
        Execution.virtualThreads());
    return requireNonNull(methods.find("later"));
  }

  private static MethodDescription asynchronousFunction() {
    MethodDescription plain = MethodDescription.function("later", String.class, String.class);
    return new MethodDescription(
        plain.name(),
        plain.label(),
        plain.declarations(),
        plain.arguments(),
        plain.result(),
        plain.exceptions(),
        plain.oneWay(),
        true,
        plain.takesContext(),
        plain.timeout());
  }
}
