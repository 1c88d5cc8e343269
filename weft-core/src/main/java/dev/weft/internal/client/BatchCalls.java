package dev.weft.internal.client;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.RpcCancelledException;
import dev.weft.RpcException;
import dev.weft.RpcFunction;
import dev.weft.internal.wire.MetadataSection;
import dev.weft.spi.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The calls of a batch, from their being added to their going out together. One thread. */
public final class BatchCalls {

  private static final String NAME = "a batch";

  /**
   * A call to be made.
   *
   * @param future its result's; {@code null} for a message without an answer
   */
  record Entry(
      ClientMethod method,
      Payload payload,
      byte[] metadata,
      boolean failFast,
      @Nullable CallFuture<?> future) {

    static Entry of(
        ClientMethod method, Payload payload, CallOptions options, @Nullable CallFuture<?> future) {
      byte[] metadata = MetadataSection.encode(options.metadata());
      return new Entry(method, payload, metadata, options.failFast(), future);
    }
  }

  private final Calls calls;
  private final List<Entry> entries = new ArrayList<>();

  /** Empty. */
  public BatchCalls(Calls calls) {
    this.calls = calls;
  }

  /** How many calls it holds. */
  public int size() {
    return entries.size();
  }

  /** Adds a function's call. */
  public <Q, R> CompletableFuture<R> add(RpcFunction<Q, R> function, Q request) {
    RemoteFunction<Q, R> remote = own(function);
    Payload payload;
    try {
      payload = remote.encode(request);
    } catch (RpcException e) {
      return CompletableFuture.failedFuture(e);
    }
    return add(remote.method(), payload, remote.options());
  }

  /** Adds a function's message. */
  public <Q> void send(RpcFunction<Q, ?> function, Q request) {
    RemoteFunction<Q, ?> remote = own(function);
    send(remote.method(), remote.encode(request), remote.options());
  }

  /** Adds the call that is made of a service. */
  public <S, R> CompletableFuture<R> add(S service, Consumer<? super S> call) {
    Stub stub = own(service);
    StubRecording recorded = StubRecording.of(service, stub, call);
    if (recorded.method().bound().description().oneWay()) {
      throw new IllegalArgumentException(
          recorded.method().label() + " has no answer: send it instead");
    }
    RpcException unsendable = recorded.unsendable();
    return unsendable == null
        ? add(recorded.method(), recorded.payload(), stub.options())
        : CompletableFuture.failedFuture(unsendable);
  }

  /** Adds the message that is sent to a service. */
  public <S> void send(S service, Consumer<? super S> call) {
    Stub stub = own(service);
    StubRecording recorded = StubRecording.of(service, stub, call);
    RpcException unsendable = recorded.unsendable();
    if (unsendable != null) {
      throw unsendable;
    }
    send(recorded.method(), recorded.payload(), stub.options());
  }

  @SuppressWarnings("ReferenceEquality") // this very client's
  private <Q, R> RemoteFunction<Q, R> own(RpcFunction<Q, R> function) {
    if (function instanceof RemoteFunction<Q, R> remote && remote.calls() == calls) {
      return remote;
    }
    throw new IllegalArgumentException(function + " is not a function of this client");
  }

  @SuppressWarnings("ReferenceEquality")
  private Stub own(Object service) {
    Stub stub = Stub.behind(service);
    if (stub != null && stub.calls() == calls) {
      return stub;
    }
    throw new IllegalArgumentException(service + " is not a service of this client");
  }

  private <R> CompletableFuture<R> add(ClientMethod method, Payload payload, CallOptions options) {
    CallFuture<R> future = new CallFuture<>();
    entries.add(Entry.of(method, payload, options, future));
    return future;
  }

  private void send(ClientMethod method, Payload payload, CallOptions options) {
    entries.add(Entry.of(method, payload, options, null));
  }

  /** Makes the calls, and waits until all have ended. */
  public void call(@Nullable Duration timeout) {
    calls.checkMayBlock(NAME);
    List<ClientCall> made = start(timeout, true);
    CompletableFuture<Void> end = end(made);
    boolean interrupted = false;
    while (!end.isDone()) {
      try {
        end.get();
      } catch (InterruptedException e) {
        interrupted = true;
        made.forEach(call -> calls.links().cancel(call, "its waiting thread was interrupted"));
      } catch (ExecutionException e) {
        throw new AssertionError("the end of a batch is no failure", e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new RpcCancelledException(
          NAME + " to " + calls.address() + " was cancelled: its waiting thread was interrupted",
          Executed.MAYBE,
          null);
    }
  }

  /** Makes the calls, and gives a future of their end. */
  public CompletableFuture<Void> callAsync(@Nullable Duration timeout) {
    try {
      return end(start(timeout, false));
    } catch (RpcException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * @throws RpcException when they are refused together; then each result says so as well
   */
  private List<ClientCall> start(@Nullable Duration timeout, boolean mayWait) {
    entries.removeIf(entry -> entry.future() != null && entry.future().isDone());
    if (entries.isEmpty()) {
      return List.of();
    }
    List<Entry> taken = List.copyOf(entries);
    entries.clear();
    List<ClientCall> made;
    try {
      made = calls.beginAll(taken, timeout);
    } catch (RpcException e) {
      for (Entry entry : taken) {
        if (entry.future() != null) {
          entry.future().completeExceptionally(e);
        }
      }
      throw e;
    }
    boolean started = calls.links().startAll(made, mayWait);
    for (ClientCall call : made) {
      call.cancelIfUnwanted();
    }
    RpcException refusal = made.get(0).failureSoFar();
    if (!started && refusal != null) {
      throw refusal;
    }
    return made;
  }

  /** Ends when all of them have, however. */
  private static CompletableFuture<Void> end(List<ClientCall> made) {
    CompletableFuture<?>[] results =
        made.stream()
            .map(ClientCall::future)
            .filter(Objects::nonNull)
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(results).handle((none, failure) -> null);
  }
}
