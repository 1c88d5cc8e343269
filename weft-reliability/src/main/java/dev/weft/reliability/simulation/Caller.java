package dev.weft.reliability.simulation;

import dev.weft.Batch;
import dev.weft.CallOptions;
import dev.weft.RpcClient;
import dev.weft.RpcException;
import dev.weft.RpcFunction;
import dev.weft.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Makes calls with a client, of all kinds, one after the other; waits for them, interrupts and
 * cancels them.
 *
 * <p>Threads of the simulation.
 */
final class Caller {

  private static final List<String> FUNCTIONS = List.of("plain", "inline", "pooled");

  private static final Duration THINKING_MAX = Duration.ofMillis(10);

  /** When a caller is interrupted, or a future cancelled. */
  private static final Duration PATIENCE_MAX = Duration.ofMillis(20);

  private static final List<Ask.Manner> MANNERS = List.of(Ask.Manner.values());

  private final Simulation simulation;
  private final CallBook book;
  private final Plan plan;
  private final RandomGenerator random;
  private final String name;
  private final RpcClient client;
  private final List<RpcFunction<Ask, Reply>> functions;
  private final Answers service;

  Caller(Simulation simulation, CallBook book, Plan plan, String name, RpcClient client) {
    this.simulation = simulation;
    this.book = book;
    this.plan = plan;
    this.random = simulation.random();
    this.name = name;
    this.client = client;
    this.functions =
        FUNCTIONS.stream().map(each -> client.function(each, Ask.class, Reply.class)).toList();
    this.service = client.service(Answers.class);
  }

  /** Makes so many calls, until a time. */
  void run(int count, Duration until) {
    for (int i = 0; i < count && simulation.elapsed().compareTo(until) < 0; i++) {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> callAndWait();
        case 3, 4 -> callAsync();
        case 5 -> send();
        case 6 -> batch();
        default -> think();
      }
      var unused = Thread.interrupted(); // whoever interrupts may come late
    }
  }

  private void think() {
    try {
      simulation.sleep(plan.upTo(random, THINKING_MAX));
    } catch (InterruptedException e) {
      simulation.point(); // by somebody who came late
    }
  }

  private Ask ask() {
    Ask.Manner manner = plan.calm() ? peaceful() : anyManner();
    long nanos = plan.upTo(random, Plan.SLOW_MAX).toNanos();
    return new Ask(book.next(), manner, nanos, bytes(), bytes());
  }

  private Ask.Manner peaceful() {
    return List.of(Ask.Manner.PROMPT, Ask.Manner.POLITE, Ask.Manner.SLOW).get(random.nextInt(3));
  }

  private Ask.Manner anyManner() {
    return random.nextBoolean() ? peaceful() : MANNERS.get(random.nextInt(MANNERS.size()));
  }

  private int bytes() {
    return switch (random.nextInt(24)) {
      case 0 -> random.nextInt(150_000);
      case 1, 2, 3 -> random.nextInt(5_000);
      default -> random.nextInt(40);
    };
  }

  private Duration timeout() {
    if (plan.calm()) {
      return plan.timeoutMax();
    }
    return plan.upTo(random, random.nextBoolean() ? plan.timeoutMax() : THINKING_MAX);
  }

  private RpcFunction<Ask, Reply> function() {
    return functions.get(random.nextInt(functions.size()));
  }

  private boolean rarely() {
    return !plan.calm() && random.nextInt(5) == 0;
  }

  private void callAndWait() {
    Ask ask = ask();
    Duration timeout = timeout();
    boolean byService = random.nextInt(4) == 0;
    RpcFunction<Ask, Reply> function = function();
    CallOptions options = CallOptions.DEFAULT.withTimeout(timeout);
    CallOptions chosen = rarely() ? options.withFailFast() : options;
    CallBook.Call call = begins(ask, byService ? "ask" : function.name(), timeout, false);
    if (rarely()) {
      interruptLater(Thread.currentThread(), call);
    }
    try {
      book.answered(
          call,
          byService
              ? client.withOptions(service, chosen).ask(ask)
              : function.withOptions(chosen).call(ask));
    } catch (RpcException | DeclinedException e) {
      book.failed(call, e);
    }
  }

  private CallBook.Call begins(Ask ask, String what, Duration timeout, boolean oneWay) {
    return book.begins(ask, name + (oneWay ? " sends " : " calls ") + what, timeout, oneWay);
  }

  private void interruptLater(Thread caller, CallBook.Call call) {
    Duration pause = patience();
    simulation.start(
        "interrupter",
        inside -> {
          inside.sleep(pause);
          if (!call.ended) {
            call.unwanted = true;
            caller.interrupt();
          }
        });
  }

  /** Often none at all: then it is the answer that is raced with. */
  private Duration patience() {
    return random.nextBoolean() ? Duration.ZERO : plan.upTo(random, PATIENCE_MAX);
  }

  private void callAsync() {
    Ask ask = ask();
    Duration timeout = timeout();
    boolean byService = random.nextInt(3) == 0;
    RpcFunction<Ask, Reply> function = function();
    CallBook.Call call = begins(ask, byService ? "later" : function.name(), timeout, false);
    CompletableFuture<Reply> answer =
        byService
            ? client.withOptions(service, CallOptions.DEFAULT.withTimeout(timeout)).later(ask)
            : function.callAsync(ask, timeout);
    follow(call, answer);
    if (rarely()) {
      Duration pause = patience();
      simulation.start(
          "canceller",
          inside -> {
            inside.sleep(pause);
            call.unwanted = true;
            answer.cancel(true);
          });
    }
  }

  private void follow(CallBook.Call call, CompletableFuture<Reply> answer) {
    var unused =
        answer.whenComplete((reply, failure) -> {
          if (failure == null) {
            book.answered(call, reply);
          } else {
            book.failed(call, failure);
          }
        });
  }

  private void send() {
    Ask ask = ask().finite();
    RpcFunction<Ask, Reply> function = function();
    Duration timeout = timeout();
    CallBook.Call call = begins(ask, function.name(), timeout, true);
    try {
      function.withOptions(CallOptions.DEFAULT.withTimeout(timeout)).send(ask);
      book.answered(call, null);
    } catch (RpcException e) {
      book.failed(call, e);
    }
  }

  private void batch() {
    Batch batch = client.batch();
    Duration timeout = timeout();
    List<CallBook.Call> sent = new ArrayList<>();
    int size = 1 + random.nextInt(6);
    for (int i = 0; i < size; i++) {
      Ask ask = ask();
      RpcFunction<Ask, Reply> function = function();
      if (random.nextInt(4) == 0) {
        ask = ask.finite();
        CallBook.Call call = begins(ask, function.name() + " in a batch", timeout, true);
        sent.add(call);
        batch.send(function, ask);
      } else {
        CallBook.Call call = begins(ask, function.name() + " in a batch", timeout, false);
        follow(call, batch.add(function, ask));
      }
    }
    try {
      if (random.nextBoolean()) {
        batch.call(timeout);
      } else {
        var unused = batch.callAsync(timeout);
      }
      sent.forEach(call -> book.answered(call, null));
    } catch (RpcException e) {
      // Each of its calls knows; its messages learn it here.
      sent.forEach(call -> book.failed(call, e));
    }
  }

  /**
   * Makes calls, as many at a time as there is room for: so, when all is well, each must be
   * answered. Returns when all have ended.
   */
  void fill(int count, Duration timeout) {
    List<CompletableFuture<Reply>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Ask ask = new Ask(book.next(), Ask.Manner.SLOW, 1_000_000, 10, 10);
      CallBook.Call call = begins(ask, "plain", timeout, false);
      CompletableFuture<Reply> answer = functions.get(0).callAsync(ask, timeout);
      follow(call, answer);
      answers.add(answer.handle((reply, failure) -> reply));
    }
    answers.forEach(CompletableFuture::join);
  }

  /**
   * Makes calls one after the other, of which each must be answered without any wait: its handler
   * takes no time, and nothing else may.
   */
  void callPromptly(int count, Duration timeout) {
    for (int i = 0; i < count; i++) {
      Ask.Manner manner = random.nextBoolean() ? Ask.Manner.PROMPT : Ask.Manner.POLITE;
      Ask ask = new Ask(book.next(), manner, 0, random.nextInt(2_000), random.nextInt(1_000));
      RpcFunction<Ask, Reply> function = functions.get(random.nextInt(2));
      CallBook.Call call = begins(ask, function.name() + " promptly", timeout, false);
      Duration begin = simulation.elapsed();
      try {
        book.answered(call, function.call(ask, timeout));
      } catch (RpcException e) {
        book.failed(call, e);
      }
      Duration taken = simulation.elapsed().minus(begin);
      if (!taken.isZero()) {
        book.violated(call + " took " + taken + ", though there was nothing to wait for");
      }
    }
  }

  /** Makes a call whose outcome does not matter: whether all is well shows later. */
  void probe(Duration timeout) {
    Ask ask = new Ask(book.next(), Ask.Manner.PROMPT, 0, 10, 10);
    CallBook.Call call = begins(ask, "plain", timeout, false);
    try {
      book.answered(call, functions.get(0).call(ask, timeout));
    } catch (RpcException e) {
      book.failed(call, e);
    }
  }
}
