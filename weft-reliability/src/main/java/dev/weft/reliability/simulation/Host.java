package dev.weft.reliability.simulation;

import dev.weft.Execution;
import dev.weft.RpcServer;
import dev.weft.testing.FaultyLink;
import dev.weft.testing.Simulation;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A machine with a server, which crashes or is replaced, and comes back at the same address.
 *
 * <p>Threads of the simulation.
 */
final class Host {

  private final Simulation simulation;
  private final Journal journal;
  private final CallBook book;
  private final RandomGenerator random;
  private final String address;
  private final boolean calm;
  private final RpcServer.Builder builder;
  private final Handlers handlers;
  private @Nullable RpcServer server;

  Host(
      Simulation simulation,
      Journal journal,
      CallBook book,
      Plan plan,
      FaultyLink network,
      CountedCompression compression,
      String address) {
    this.simulation = simulation;
    this.journal = journal;
    this.book = book;
    this.random = simulation.random();
    this.address = address;
    this.calm = plan.calm();
    this.handlers = new Handlers(simulation, book, plan.server(), address);
    this.builder = builder(plan, network, compression);
  }

  private RpcServer.Builder builder(Plan plan, FaultyLink network, CountedCompression compression) {
    Plan.ServerPlan limits = plan.server();
    RpcServer.Builder made =
        RpcServer.builder()
            .codec(new CheckedCodec())
            .time(simulation.time())
            .random(simulation.random())
            .transport(network)
            .listen(address)
            .compression(plan.compression())
            .handshakeTimeout(limits.handshakeTimeout())
            .runningCallsMax(limits.runningCallsMax())
            .runningCallsMax("plain", limits.runningCallsOfPlainMax())
            .waitingCallsMax(limits.waitingCallsMax())
            .slowClientTimeout(limits.slowClientTimeout())
            .runningBytesMax(limits.runningBytesMax())
            .pendingResponseBytesMax(limits.pendingResponseBytesMax())
            .messageBytesMax(Plan.MESSAGE_BYTES_MAX)
            .function("plain", Ask.class, Reply.class, handlers::answer)
            .function("inline", Ask.class, Reply.class, handlers::answerInline, Execution.inline())
            .function(
                "pooled", Ask.class, Reply.class, handlers::answer, Execution.on(this::execute))
            .service(Answers.class, handlers);
    if (limits.runningCallsPerConnectionMax() < Integer.MAX_VALUE) {
      made.runningCallsPerConnectionMax(limits.runningCallsPerConnectionMax());
    }
    if (plan.compression()) {
      made.compression(compression);
    }
    if (plan.interceptors()) {
      made.interceptor((request, next) -> next.proceed(request));
    }
    return made;
  }

  /** A pool that is sometimes full, unless nothing shall fail. */
  private void execute(Runnable task) {
    if (!calm && random.nextInt(50) == 0) {
      throw new RejectedExecutionException("the pool is full");
    }
    Thread.ofVirtual().name("pool " + address).start(task);
  }

  String address() {
    return address;
  }

  /** Starts it, if it does not run. */
  void start() {
    if (server == null) {
      handlers.restarted();
      server = builder.start();
      journal.note(() -> address + " is up");
    }
  }

  /** Ends it without a word. */
  void crash() {
    RpcServer crashing = server;
    if (crashing != null) {
      journal.note(() -> address + " crashes");
      handlers.stops();
      crashing.close();
      server = null;
      journal.note(() -> address + " is down");
    }
  }

  /** Has it serve what it has, for so long, and ends it. */
  void shutDown(Duration limit) {
    RpcServer ending = server;
    if (ending != null) {
      journal.note(() -> address + " shuts down within " + limit);
      handlers.stops();
      Duration begin = simulation.elapsed();
      ending.shutdown(limit);
      server = null;
      Duration taken = simulation.elapsed().minus(begin);
      journal.note(() -> address + " has shut down");
      // A second more for the last answers, as its documentation says.
      if (taken.compareTo(limit.plusSeconds(1).plus(CallBook.TICK)) > 0) {
        book.violated(address + " took " + taken + " to shut down within " + limit);
      }
    }
  }

  /** Looks whether its limits hold. */
  void look(Plan plan) {
    RpcServer looked = server;
    if (looked != null) {
      int waiting = looked.waitingCalls();
      if (waiting < 0 || waiting > plan.server().waitingCallsMax()) {
        book.violated(waiting + " calls wait at " + address);
      }
    }
  }

  /** Looks whether anything is left of calls that have all ended. */
  void checkIdle() {
    RpcServer looked = server;
    if (looked != null) {
      var stats = looked.stats();
      if (stats.openCalls() != 0 || stats.queuedCalls() != 0 || handlers.running() != 0) {
        book.violated(
            address
                + " is idle, but counts "
                + stats.openCalls()
                + " running calls and "
                + stats.queuedCalls()
                + " waiting ones; "
                + handlers.running()
                + " handlers run");
      }
    }
  }

  /** Looks whether any connection is left. */
  void checkAlone() {
    RpcServer looked = server;
    if (looked != null && looked.stats().connections() != 0) {
      book.violated(
          address + " has " + looked.stats().connections() + " connections without a client");
    }
  }
}
