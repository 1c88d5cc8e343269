package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.CallContext;
import dev.weft.Execution;
import dev.weft.internal.connection.Eventually;
import dev.weft.internal.connection.ManualTime;
import dev.weft.internal.service.ServiceDescription;
import dev.weft.internal.wire.Frame;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.MethodName;
import dev.weft.internal.wire.Varint;
import dev.weft.spi.Payload;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server's calls, with the test at the other end of its connections. */
final class ServerCallTest {

  private final ManualTime time = new ManualTime(0);
  private final FakeListener listener = new FakeListener();
  private final RoomyServer settings = new RoomyServer();
  private ServerCore server;
  private FakeClient client;
  private final CountDownLatch release = new CountDownLatch(1);

  private void serve(String name, Execution execution, Handler handler) {
    settings.with(name, execution, handler);
  }

  private void serve(String name, Handler handler) {
    serve(name, Execution.virtualThreads(), handler);
  }

  private void start() {
    settings.bytesMax = 1 << 20;
    settings.messageBytesMax = 1 << 16;
    serve("echo", (context, argument) -> argument);
    server = settings.start(time, listener);
    client = listener.connect().hello();
    client.serversHello();
  }

  @AfterEach
  void everythingEnds() {
    release.countDown();
    if (server != null) {
      server.close();
      Eventually.that("no connection is left", () -> server.connectionCount() == 0);
      Eventually.that("no call runs", () -> server.runningCalls() == 0);
      assertThat(server.runningCalls()).isZero();
    }
  }

  /** The id of the next call in the slot of this one. */
  private static long nextGeneration(long id) {
    return id + Frame.SLOTS_MAX;
  }

  @Test
  void aCallIsAnswered() {
    start();
    client.request(7, "echo", "hi");
    assertThat(client.frame()).isEqualTo(client.response(7, "hi"));
  }

  @Test
  void whatThereIsNotIsExplained() {
    start();
    client.request(1, "ecko", "hi");
    assertThat(client.frame())
        .startsWith("error 1 UNKNOWN_METHOD NO <> <there is no \"ecko\" here; there is echo>");
    client.request(2, "echo", "hi");
    assertThat(client.frames(2).get(1)).isEqualTo(client.response(2, "hi"));
  }

  @Test
  void ofManyMethodsThatThereAreNotOnlySomeNamesAreKept() {
    start();
    int count = 40;
    for (int i = 0; i < count; i++) {
      client.request(i, "missing" + i, "hi");
    }
    List<String> errors = client.frames(count);
    assertThat(errors).allMatch(error -> error.contains(" UNKNOWN_METHOD NO "));
    assertThat(errors.get(3)).contains("there is no \"missing3\" here; there is echo");
    assertThat(errors.get(count - 1))
        .contains("there is no such method here", "do client and server have the same interfaces?");
    client.request(count, "echo", "hi");
    assertThat(client.frames(count + 1).get(count)).isEqualTo(client.response(count, "hi"));
  }

  @Test
  void aMethodCannotHaveManyNumbers() {
    serve("other", (context, argument) -> argument);
    start();
    client.send(out -> {
      out.request(1, new MethodName("echo", 0), 0, Payload.of(new byte[0]));
      out.request(2, new MethodName("missing", 1), 0, Payload.of(new byte[0]));
      out.request(3, new MethodName("echo", 2), 0, Payload.of(new byte[0]));
    });
    assertThat(client.frames(3)).hasSize(3);
    client.send(out -> out.request(4, new MethodName("echo", 3), 0, Payload.of(new byte[0])));
    Eventually.that("the connection is closed", () -> !client.channel.isOpen());
  }

  @Test
  void argumentsThatCannotBeReadFailTheirCallAlone() {
    start();
    client.send(out -> out.request(1, client.name("echo"), 0, Payload.of(new byte[] {9, 9})));
    assertThat(client.frame())
        .startsWith(
            "error 1 BAD_REQUEST NO <java.lang.IllegalArgumentException>"
                + " <the arguments cannot be read: neither a value nor null>");
    client.request(2, "echo", "hi");
    client.frames(2);
  }

  @Test
  void tooBigArgumentsFailTheirCallAlone() {
    start();
    client.send(out -> {
      out.request(1, client.name("echo"), 0, Payload.of(new byte[1 << 20]));
      out.fragment();
      out.cancel(1);
    });
    assertThat(client.frame()).startsWith("error 1 BAD_REQUEST NO <> <the arguments of ");
    client.request(2, "echo", "hi");
    client.frames(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHandlerThatThrowsFailsItsCallAlone(boolean inline) {
    Execution execution = inline ? Execution.inline() : Execution.virtualThreads();
    serve(
        "throws",
        execution,
        (context, argument) -> {
          throw new IllegalStateException("oh no");
        });
    serve("overflows", execution, (context, argument) -> overflow(1));
    serve(
        "runs out",
        execution,
        (context, argument) -> {
          throw new OutOfMemoryError("not really");
        });
    serve(
        "unspeakable",
        execution,
        (context, argument) -> {
          throw new Unspeakable();
        });
    serve("returns garbage", execution, (context, argument) -> new Object());
    start();
    client.request(1, "throws", "");
    assertThat(client.frame())
        .startsWith(
            "error 1 FAILED YES <java.lang.IllegalStateException>"
                + " <java.lang.IllegalStateException: oh no (see [")
        .contains("in the server's log)>");
    client.request(2, "overflows", "");
    assertThat(client.frames(2).get(1))
        .startsWith("error 2 FAILED YES <java.lang.StackOverflowError>");
    client.request(3, "runs out", "");
    assertThat(client.frames(3).get(2))
        .startsWith("error 3 FAILED YES <java.lang.OutOfMemoryError>");
    client.request(4, "unspeakable", "");
    assertThat(client.frames(4).get(3))
        .startsWith("error 4 FAILED YES <" + Unspeakable.class.getName() + ">");
    client.request(5, "returns garbage", "");
    assertThat(client.frames(5).get(4))
        .startsWith("error 5 BAD_RESPONSE YES <java.lang.ClassCastException>");
    client.request(6, "echo", "hi");
    assertThat(client.frames(6).get(5)).isEqualTo(client.response(6, "hi"));
  }

  @SuppressWarnings("InfiniteRecursion") // it is to overflow the stack
  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }

  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("not even this");
    }

    @Override
    public String toString() {
      throw new IllegalStateException("nor this");
    }
  }

  @Test
  void aResultOverTheClientsLimitIsNotSent() {
    serve("big", (context, argument) -> "x".repeat(5000));
    start();
    FakeClient small = listener.connect().hello(new Hello("tiny-1", 1000, null));
    small.serversHello();
    small.request(1, "big", "");
    assertThat(small.frame())
        .startsWith(
            "error 1 BAD_RESPONSE YES <> <the result of 5001 bytes is over the limit of 1000"
                + " (messageBytesMax)>");
  }

  interface Files {
    String read(String name) throws IOException;
  }

  @Test
  void declaredExceptionsArriveAsThemselves() {
    settings.methods.add(
        ServiceDescription.of("Files", Files.class),
        (Files)
            name -> {
              switch (name) {
                case "plain" -> throw new IOException("broken");
                case "narrower" -> throw new FileNotFoundException("lost");
                default -> throw new UncheckedIOException(new IOException("hidden"));
              }
            },
        Execution.virtualThreads());
    start();
    client.request(1, "Files.read(java.lang.String)", "plain");
    assertThat(client.frames(1).get(0))
        .startsWith("error 1 DECLARED YES <java.io.IOException> <broken>: 7 bytes");
    client.request(2, "Files.read(java.lang.String)", "narrower");
    assertThat(client.frames(2).get(1)).startsWith("error 2 DECLARED YES <java.io.IOException>");
    client.request(3, "Files.read(java.lang.String)", "other");
    assertThat(client.frames(3).get(2))
        .startsWith("error 3 FAILED YES <java.io.UncheckedIOException>");
  }

  @Test
  void aCallWhoseTimeIsOverIsNotBegun() {
    AtomicInteger ran = new AtomicInteger();
    Executor[] later = new Executor[1];
    List<Runnable> waiting = new ArrayList<>();
    later[0] = waiting::add;
    serve("late", Execution.on(later[0]), (context, argument) -> ran.incrementAndGet());
    start();
    client.request(1, "late", 50, "");
    Eventually.that("it has come", () -> waiting.size() == 1);
    time.advance(Duration.ofMillis(50));
    waiting.get(0).run();
    assertThat(client.frame())
        .startsWith("error 1 EXPIRED NO <> <its time was over before its handler began>");
    assertThat(ran).hasValue(0);
  }

  @Test
  void whoHasWaitedTooLongForAThreadIsRefusedWhenAllHave() {
    AtomicInteger ran = new AtomicInteger();
    ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    serve("later", Execution.on(waiting::add), (context, argument) -> "" + ran.incrementAndGet());
    start();
    for (int i = 1; i <= 8; i++) {
      client.request(i, "later", 400, "");
      int come = i;
      Eventually.that("it has come", () -> waiting.size() == come);
      time.advance(Duration.ofMillis(10));
    }
    for (int i = 1; i <= 8; i++) { // a sixteenth of 400 ms is 25, an eighth 50
      waiting.remove().run();
      time.advance(Duration.ofMillis(10));
    }
    assertThat(client.frames(8).get(5))
        .startsWith("error 6 OVERLOADED NO <> <the server has no thread to run it on in time");
    assertThat(ran).hasValue(5);
  }

  @Test
  void theHandlerKnowsItsCall() {
    AtomicReference<String> seen = new AtomicReference<>();
    serve(
        "ask",
        (context, argument) -> {
          assertThat(CallContext.current()).isSameAs(context);
          seen.set(
              context.method()
                  + " by "
                  + context.peer()
                  + " for "
                  + context.remaining()
                  + " "
                  + context.isCancelled());
          return "";
        });
    start();
    client.request(1, "ask", 1500, "");
    client.frame();
    assertThat(seen.get()).isEqualTo("ask by fake:peer for PT1.5S false");
  }

  @Test
  void cancellingInterruptsTheHandler() {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<CallContext> context = new AtomicReference<>();
    serve(
        "wait",
        (each, arguments) -> {
          context.set(each);
          begun.countDown();
          new CountDownLatch(1).await();
          return "";
        });
    start();
    client.request(1, "wait", "");
    Eventually.that("it has begun", () -> begun.getCount() == 0);
    assertThat(context.get().isCancelled()).isFalse();
    client.cancel(2); // another
    client.cancel(nextGeneration(1)); // another generation
    client.request(3, "echo", "hi");
    assertThat(client.frame()).isEqualTo(client.response(3, "hi"));
    client.cancel(1);
    assertThat(client.frames(2).get(1))
        .startsWith(
            "error 1 CANCELLED YES <java.lang.InterruptedException> <it was cancelled while it"
                + " ran>");
    assertThat(context.get().isCancelled()).isTrue();
  }

  @Test
  void anInterruptionNeverReachesTheNextCall() {
    ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    AtomicInteger ran = new AtomicInteger();
    serve(
        "quick",
        (context, argument) -> {
          if (Thread.currentThread().isInterrupted()) {
            faults.add("interrupted at its beginning");
          }
          ran.incrementAndGet();
          return "";
        });
    serve(
        "spin",
        (context, argument) -> {
          // Its own cancellation may have come before this line.
          for (int i = 0; i < 20; i++) {
            Thread.yield();
          }
          return "";
        });
    start();
    for (int i = 0; i < 1000; i++) {
      long id = (long) i << Frame.SLOT_BITS;
      long next = i + 1L;
      client.send(out -> {
        out.request(id, client.name("spin"), 0, Payload.of(new byte[] {0}));
        out.request(next, client.name("quick"), 0, Payload.of(new byte[] {0}));
      });
      client.cancel(id);
    }
    Eventually.that("all have run", () -> ran.get() == 1000);
    Eventually.that("nothing runs", () -> server.runningCalls() == 0);
    assertThat(faults).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptionThatAHandlerLeavesBehindHarmsNobody(boolean inline) {
    Execution execution = inline ? Execution.inline() : Execution.virtualThreads();
    ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    serve(
        "interrupts itself",
        execution,
        (context, argument) -> {
          if (Thread.currentThread().isInterrupted()) {
            faults.add("interrupted at its beginning");
          }
          Thread.currentThread().interrupt();
          return "ok";
        });
    start();
    for (int i = 0; i < 100; i++) {
      client.request(i, "interrupts itself", "");
      client.frames(i + 1);
    }
    assertThat(faults).isEmpty();
    assertThat(client.channel.isOpen()).isTrue();
  }

  @Test
  void aCallThatIsCancelledBeforeItBeginsDoesNotRun() {
    AtomicInteger ran = new AtomicInteger();
    List<Runnable> waiting = new ArrayList<>();
    serve("later", Execution.on(waiting::add), (context, argument) -> ran.incrementAndGet());
    start();
    client.request(1, "later", "");
    Eventually.that("it has come", () -> waiting.size() == 1);
    client.cancel(1);
    assertThat(client.frame()).startsWith("error 1 CANCELLED NO <> <its caller has given up>");
    waiting.get(0).run();
    client.request(2, "echo", "hi");
    client.frames(2);
    assertThat(ran).hasValue(0);
    assertThat(server.runningCalls()).isZero();
  }

  interface Async {
    CompletableFuture<String> later(String text);

    CompletionStage<Void> nothing();
  }

  @Test
  void futuresAreAnsweredWhenTheyAreDone() {
    CompletableFuture<String> result = new CompletableFuture<>();
    settings.methods.add(
        ServiceDescription.of("Async", Async.class),
        new Async() {
          @Override
          public CompletableFuture<String> later(String text) {
            if (text.equals("now")) {
              return CompletableFuture.completedFuture("now");
            }
            if (text.equals("failed")) {
              return CompletableFuture.supplyAsync(() -> {
                throw new IllegalStateException("oh no");
              });
            }
            return result;
          }

          @Override
          public CompletionStage<Void> nothing() {
            return CompletableFuture.completedStage(null);
          }
        },
        Execution.virtualThreads());
    start();
    String later = "Async.later(java.lang.String)";
    client.request(1, later, "later");
    client.request(2, later, "now");
    assertThat(client.frame()).isEqualTo(client.response(2, "now"));
    client.request(3, later, "failed");
    assertThat(client.frames(2).get(1))
        .startsWith(
            "error 3 FAILED YES <java.lang.IllegalStateException>"
                + " <java.lang.IllegalStateException: oh no");
    client.send(out -> out.request(4, client.name("Async.nothing()"), 0, Payload.of(new byte[0])));
    assertThat(client.frames(3).get(2)).isEqualTo("response 4: 0 bytes 0");
    assertThat(server.runningCalls()).isEqualTo(1);
    result.complete("at last");
    assertThat(client.frames(4).get(3)).isEqualTo(client.response(1, "at last"));
    Eventually.that("nothing runs", () -> server.runningCalls() == 0);
  }

  /** The first 60,000 bytes of a call's 64,000. */
  private static byte[] unfinished(int callId) {
    ByteBuffer frame = ByteBuffer.allocate(60_100);
    int body = 60_000 + 8;
    frame.put((byte) Frame.METHOD).put((byte) 6).put(new byte[] {0, 4, 'e', 'c', 'h', 'o'});
    frame.put((byte) Frame.FRAGMENT);
    Varint.write(frame, body);
    frame.put((byte) 1).put((byte) Frame.REQUEST);
    Varint.write(frame, 64_003);
    frame.put((byte) callId).put((byte) 0).put((byte) 0);
    frame.position(frame.position() + 60_000);
    return Arrays.copyOf(frame.array(), frame.position());
  }

  @Test
  void callsThatHaveComeInPartHoldTheirBytesUntilTheirClientLeaves() {
    settings.connectionsMax = 100;
    start();
    List<FakeClient> slow = new ArrayList<>();
    // A megabyte is what they may hold together.
    for (int i = 0; i < 20; i++) {
      FakeClient each = listener.connect().hello();
      each.serversHello();
      each.sendRaw(unfinished(1));
      slow.add(each);
    }
    Eventually.that(
        "some are refused",
        () -> slow.stream().filter(each -> !each.frames().isEmpty()).count() == 3);
    assertThat(slow.stream().flatMap(each -> each.frames().stream()))
        .allSatisfy(frame ->
            assertThat(frame).startsWith("error 1 OVERLOADED NO").contains("runningBytesMax"));
    slow.forEach(each -> each.channel.receiveEnd());
    Eventually.that("they have left", () -> server.connectionCount() == 1);
    client.sendRaw(unfinished(2));
    client.send(out -> out.pingOrPong(true, 9));
    assertThat(client.frame()).as("only the ping's, as the piece was taken").startsWith("pong 9");
  }

  @Test
  void callsThatHaveBeenComingForTooLongMakeRoom() {
    settings.connectionsMax = 100;
    start();
    List<FakeClient> slow = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      FakeClient each = listener.connect().hello();
      each.sendRaw(unfinished(1));
      each.send(out -> out.pingOrPong(true, 9));
      assertThat(each.frame()).startsWith("pong 9");
      slow.add(each);
    }
    String large = "y".repeat(60_000);
    client.request(0, "echo", large);
    assertThat(client.frame()).startsWith("error 0 OVERLOADED NO").contains("runningBytesMax");
    time.advance(Duration.ofSeconds(31));
    client.request(1, "echo", large);
    Eventually.that("the oldest is dropped", () -> !slow.get(0).channel.isOpen());
    Eventually.that("there is room", () -> server.connectionCount() == 17);
    client.request(2, "echo", large);
    assertThat(client.frames(3).get(2)).startsWith("response 2");
    assertThat(slow.subList(1, 17)).allMatch(each -> each.channel.isOpen());
  }

  /** Is cancelled in vain, and counts how often. */
  private static final class Deaf extends CompletableFuture<String> {

    final AtomicInteger cancellations = new AtomicInteger();

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      cancellations.incrementAndGet();
      return false;
    }
  }

  @Test
  void cancellingAgainAndAgainIsCancellingOnce() {
    Deaf deaf = new Deaf();
    CountDownLatch returned = new CountDownLatch(1);
    settings.methods.add(
        ServiceDescription.of("Async", Async.class),
        new Async() {
          @Override
          public CompletableFuture<String> later(String text) {
            returned.countDown();
            return deaf;
          }

          @Override
          public CompletionStage<Void> nothing() {
            throw new AssertionError();
          }
        },
        Execution.virtualThreads());
    start();
    client.request(1, "Async.later(java.lang.String)", "x");
    Eventually.that("it has begun", () -> returned.getCount() == 0);
    for (int i = 0; i < 100; i++) {
      client.cancel(1);
    }
    client.request(2, "echo", "after them");
    client.frames(1);
    Eventually.that("it was cancelled", () -> deaf.cancellations.get() > 0);
    deaf.complete("done");
    client.frames(2);
    assertThat(deaf.cancellations).hasValue(1);
  }

  @Test
  void cancellingReachesTheHandlersFuture() {
    CompletableFuture<String> never = new CompletableFuture<>();
    CountDownLatch returned = new CountDownLatch(1);
    settings.methods.add(
        ServiceDescription.of("Async", Async.class),
        new Async() {
          @Override
          public CompletableFuture<String> later(String text) {
            returned.countDown();
            return never;
          }

          @Override
          public CompletionStage<Void> nothing() {
            throw new AssertionError();
          }
        },
        Execution.virtualThreads());
    start();
    client.request(1, "Async.later(java.lang.String)", "x");
    Eventually.that("it has begun", () -> returned.getCount() == 0);
    client.cancel(1);
    assertThat(client.frame()).startsWith("error 1 CANCELLED YES");
    assertThat(never).isCancelled();
  }

  /** A stage that cannot be made a future, as the interface allows. */
  private static final class Stubborn extends CompletableFuture<Void> {
    @Override
    public CompletableFuture<Void> toCompletableFuture() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aStageThatCannotBeCancelledHarmsNobody() {
    Stubborn stage = new Stubborn();
    CountDownLatch returned = new CountDownLatch(1);
    settings.methods.add(
        ServiceDescription.of("Async", Async.class),
        new Async() {
          @Override
          public CompletableFuture<String> later(String text) {
            throw new AssertionError();
          }

          @Override
          public CompletionStage<Void> nothing() {
            returned.countDown();
            return stage;
          }
        },
        Execution.virtualThreads());
    start();
    client.send(out -> out.request(1, client.name("Async.nothing()"), 0, Payload.of(new byte[0])));
    Eventually.that("it has begun", () -> returned.getCount() == 0);
    client.cancel(1);
    client.request(2, "echo", "hi");
    assertThat(client.frame()).isEqualTo(client.response(2, "hi"));
    stage.complete(null);
    assertThat(client.frames(2).get(1)).isEqualTo("response 1: 0 bytes 0");
  }

  @Test
  void oneWayMessagesRunWithoutAnAnswer() {
    ConcurrentLinkedQueue<Object> seen = new ConcurrentLinkedQueue<>();
    serve("note", (context, argument) -> String.valueOf(seen.add(argument)));
    serve(
        "fail",
        (context, argument) -> {
          throw new IllegalStateException("nobody hears");
        });
    start();
    client.oneWay("note", "1");
    client.oneWay("fail", "2");
    client.oneWay("no such", "3");
    client.send(out -> out.oneWay(client.name("note"), Payload.of(new byte[] {7, 7})));
    client.oneWay("note", "5");
    Eventually.that("both have come", () -> seen.size() == 2);
    client.request(1, "echo", "hi");
    assertThat(client.frame()).isEqualTo(client.response(1, "hi"));
    Eventually.that("nothing runs", () -> server.runningCalls() == 0);
  }

  @Test
  void oneWayMessagesBeforeTheEndOfTheConnectionStillRun() {
    AtomicInteger ran = new AtomicInteger();
    serve("note", (context, argument) -> String.valueOf(ran.incrementAndGet()));
    start();
    int rounds = 200;
    for (int i = 0; i < rounds; i++) {
      FakeClient each = listener.connect();
      each.hello();
      each.serversHello();
      each.oneWay("note", "1");
      each.oneWay("note", "2");
      each.channel.receiveEnd();
      Eventually.that("it has ended", () -> server.connectionCount() == 1);
    }
    Eventually.that("all have run", () -> ran.get() == 2 * rounds);
    Eventually.that("nothing is left", () -> server.runningCalls() == 0);
  }

  @Test
  void callsBeyondTheLimitAreRefused() {
    settings.runningCallsMax = 2;
    serve(
        "wait",
        (context, argument) -> {
          release.await();
          return "done";
        });
    start();
    client.request(1, "wait", "");
    client.request(2, "wait", "");
    client.request(3, "wait", "");
    assertThat(client.frame())
        .startsWith("error 3 OVERLOADED NO <> <2 calls are running already (runningCallsMax)>");
    release.countDown();
    client.frames(3);
    client.request(4, "wait", "");
    client.frames(4);
  }

  @Test
  void anExecutorThatRejectsOrThrowsFailsTheCallAlone() {
    serve(
        "rejects",
        Execution.on(task -> {
          throw new RejectedExecutionException("full");
        }),
        (context, argument) -> "");
    serve(
        "throws",
        Execution.on(task -> {
          throw new IllegalStateException("a bug");
        }),
        (context, argument) -> "");
    serve("runs here", Execution.on(Runnable::run), (context, argument) -> argument);
    start();
    client.request(1, "rejects", "");
    client.request(2, "throws", "");
    client.request(3, "runs here", "x");
    List<String> frames = client.frames(3);
    assertThat(frames.get(0)).startsWith("error 1 OVERLOADED NO <> <the executor of rejects");
    assertThat(frames.get(1)).startsWith("error 2 OVERLOADED NO <> <the executor of throws");
    assertThat(frames.get(2)).isEqualTo(client.response(3, "x"));
    assertThat(server.runningCalls()).isZero();
  }

  @Test
  void inlineHandlersRunInTheirOrderOnOneThreadAndAreAnsweredTogether() {
    ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
    serve(
        "inline",
        Execution.inline(),
        (context, argument) -> {
          threads.add(Thread.currentThread());
          return argument;
        });
    start();
    int before = client.channel.writers().size();
    client.send(out -> {
      for (int i = 0; i < 50; i++) {
        out.request(i, client.name("inline"), 0, Payload.of(new byte[] {0}));
      }
    });
    List<String> frames = client.frames(50);
    assertThat(threads.stream().distinct()).hasSize(1);
    assertThat(client.channel.writers()).hasSize(before + 1);
    for (int i = 0; i < 50; i++) {
      assertThat(frames.get(i)).startsWith("response " + i + ":");
    }
  }

  @Test
  void twoOpenCallsWithOneIdEndTheConnection() {
    serve(
        "wait",
        (context, argument) -> {
          release.await();
          return "";
        });
    start();
    client.request(1, "wait", "");
    client.request(1, "wait", "");
    Eventually.that("it is closed", () -> !client.channel.isOpen());
  }

  @Test
  void anAnsweredIdCanBeUsedAgain() {
    start();
    for (int i = 0; i < 100; i++) {
      client.request(5, "echo", "x");
      client.frames(i + 1);
    }
    assertThat(client.channel.isOpen()).isTrue();
  }

  @Test
  void aNewerCallInTheSlotEndsTheOlderOne() {
    serve(
        "wait",
        (context, argument) -> {
          new CountDownLatch(1).await();
          return "";
        });
    start();
    client.request(5, "wait", "");
    client.request(nextGeneration(5), "echo", "new");
    List<String> frames = client.frames(2);
    assertThat(frames).anyMatch(line -> line.startsWith("error 5 CANCELLED"));
    assertThat(frames).contains(client.response(nextGeneration(5), "new"));
  }

  @Test
  void anOlderCallThatComesLateDoesNotEndTheNewerOne() {
    AtomicInteger ran = new AtomicInteger();
    serve(
        "wait",
        (context, argument) -> {
          ran.incrementAndGet();
          release.await();
          return "done";
        });
    start();
    client.request(nextGeneration(5), "wait", "");
    client.request(5, "wait", "");
    client.request(6, "echo", "hi");
    client.frames(2);
    release.countDown();
    assertThat(client.frames(3)).contains(client.response(nextGeneration(5), "done"));
    assertThat(ran).hasValue(1);
  }

  @Test
  void theEndOfTheConnectionInterruptsWhatRuns() {
    CountDownLatch begun = new CountDownLatch(3);
    CountDownLatch interrupted = new CountDownLatch(3);
    serve(
        "wait",
        (context, argument) -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return "";
        });
    start();
    for (int i = 0; i < 3; i++) {
      client.request(i, "wait", "");
    }
    Eventually.that("they have begun", () -> begun.getCount() == 0);
    client.channel.receiveEnd();
    Eventually.that("they are interrupted", () -> interrupted.getCount() == 0);
  }

  @Test
  void anotherCodecIsRefused() {
    start();
    FakeClient other = listener.connect().hello(new Hello("other-9", 1000, null));
    assertThat(other.serversHello().refusal())
        .isEqualTo("the server's codec is \"tiny-1\", the client's is \"other-9\"");
    Eventually.that("it is closed", () -> !other.channel.isOpen());
  }

  @Test
  void connectionsBeyondTheLimitAreToldSo() {
    settings.connectionsMax = 2;
    start();
    FakeClient second = listener.connect().hello();
    assertThat(second.serversHello().refusal()).isNull();
    FakeClient third = listener.connect().hello();
    assertThat(third.serversHello().refusal())
        .isEqualTo("there are 2 connections already (connectionsMax)");
    second.channel.receiveEnd();
    Eventually.that("there is room", () -> server.connectionCount() == 1);
    assertThat(listener.connect().hello().serversHello().refusal()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.io.IOException",
        "java.lang.IllegalStateException",
        "java.lang.OutOfMemoryError"
      })
  void afterAFailureToAcceptItGoesOn(String failure) throws Exception {
    start();
    listener.fail(
        Class.forName(failure).asSubclass(Throwable.class).getConstructor().newInstance());
    FakeClient next = listener.connect().hello();
    Eventually.that(
        "the next is accepted",
        () -> {
          time.advance(Duration.ofMillis(10));
          return next.channel.written().length > 0;
        });
  }

  @Test
  void aClientThatDoesNotReadIsLeftInTheEnd() {
    serve("inline", Execution.inline(), (context, argument) -> "x");
    start();
    client.channel.canWriteNow = false;
    client.channel.block(true);
    for (int i = 0; i < 100 && client.channel.isOpen(); i++) {
      client.send(out -> {
        for (int id = 0; id < 3000; id++) {
          out.request(id, client.name("inline"), 0, Payload.of(new byte[] {0}));
        }
      });
    }
    Eventually.that("it is closed", () -> !client.channel.isOpen());
  }

  @Test
  void aClientThatOnlyAnnouncesTooBigRequestsAndDoesNotReadIsLeftInTheEnd() {
    start();
    client.request(0, "echo", "x"); // names the method
    client.frame();
    client.channel.canWriteNow = false;
    client.channel.block(true);
    byte[] announceAndAbort = {
      // A fragment, the first of a request of 2³¹−1 bytes: id 1, method 0, no timeout.
      Frame.FRAGMENT, 10, 1, Frame.REQUEST, -1, -1, -1, -1, 7, 1, 0, 0, Frame.FRAGMENT, 1, 2
    };
    int times = 4000;
    ByteBuffer flood = ByteBuffer.allocate(times * announceAndAbort.length);
    for (int i = 0; i < times; i++) {
      flood.put(announceAndAbort);
    }
    for (int i = 0; i < 40 && client.channel.isOpen(); i++) {
      client.sendRaw(flood.array());
    }
    Eventually.that("it is closed", () -> !client.channel.isOpen());
  }

  /** The limit is 100; but answers that are in a block count as read, though it is not written. */
  private static final int SERVED_UNREAD_MAX = 400;

  /** Sends requests that are served, to a server whose answers nobody reads. */
  private AtomicInteger floodWithoutReading(int requests) {
    AtomicInteger served = new AtomicInteger();
    serve(
        "count",
        (context, argument) -> {
          served.incrementAndGet();
          return argument;
        });
    settings.unansweredRequestsMax = 100;
    start();
    client.channel.block(true);
    client.channel.canWriteNow = false;
    for (int i = 0; i < requests; i++) {
      client.request(i, "count", "hi");
    }
    Eventually.that("the reader has stopped", () -> time.scheduled() >= 2); // and it is watched
    return served;
  }

  @Test
  void clientThatDoesNotReadIsNotReadEither() {
    AtomicInteger served = floodWithoutReading(1000);
    time.advance(Duration.ofSeconds(1));
    assertThat(client.channel.isOpen()).isTrue();
    assertThat(served).hasValueLessThan(SERVED_UNREAD_MAX);
    client.channel.block(false);
    Eventually.that(
        "all are answered",
        () -> {
          time.advance(Duration.ofMillis(64));
          return client.frames().size() == 1000;
        });
    assertThat(served).hasValue(1000);
  }

  @Test
  void clientThatNeverReadsIsDropped() {
    AtomicInteger served = floodWithoutReading(1000);
    Eventually.that(
        "it is dropped",
        () -> {
          time.advance(Duration.ofSeconds(1));
          return !client.channel.isOpen();
        });
    assertThat(served).hasValueLessThan(SERVED_UNREAD_MAX);
    Eventually.that(
        "its reader has looked, and ended",
        () -> {
          time.advance(Duration.ofMillis(64));
          return server.connectionCount() == 0;
        });
  }
}
