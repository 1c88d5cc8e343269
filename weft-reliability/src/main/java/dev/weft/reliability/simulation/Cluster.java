package dev.weft.reliability.simulation;

import dev.weft.RpcClient;
import dev.weft.testing.FaultyChannel;
import dev.weft.testing.FaultyLink;
import dev.weft.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Clients and servers, from their beginning over a storm of faults to their end.
 *
 * <p>The simulation's first thread.
 */
final class Cluster {

  private static final int PROMPT_CALLERS = 6;

  /** Twice as long as a queue that stood is remembered. */
  private static final Duration STOOD = Duration.ofMillis(100);

  private static final Duration LOOK = Duration.ofMillis(2);

  private final Simulation simulation;
  private final Journal journal;
  private final CallBook book;
  private final Plan plan;
  private final RandomGenerator random;
  private final List<FaultyLink> networks = new ArrayList<>();
  private final List<Host> hosts = new ArrayList<>();
  private final List<RpcClient> clients = new ArrayList<>();
  private final List<Caller> probers = new ArrayList<>();
  private final CountedCompression compression = new CountedCompression();
  private boolean over;

  Cluster(Simulation simulation, Journal journal, CallBook book, Plan plan) {
    this.simulation = simulation;
    this.journal = journal;
    this.book = book;
    this.plan = plan;
    this.random = simulation.random();
  }

  /** From the beginning to the end. */
  void run() throws InterruptedException {
    begin();
    if (plan.calm()) {
      book.peace();
    }
    Thread watcher = simulation.start("watcher", inside -> watch());
    storm();
    networks.forEach(FaultyLink::heal);
    hosts.forEach(Host::start);
    journal.note(() -> "the faults have stopped");
    recover();
    over = true;
    watcher.join();
    end();
  }

  private void begin() {
    for (int i = 0; i < plan.servers(); i++) {
      FaultyLink network = new FaultyLink(simulation, plan.faults(), plan.faultInterval());
      network.onFault((fault, what) -> journal.note(() -> what));
      networks.add(network);
      hosts.add(new Host(simulation, journal, book, plan, network, compression, "mem:s" + i));
    }
    if (random.nextInt(4) > 0) { // clients may be there first
      hosts.forEach(Host::start);
    }
    for (int i = 0; i < plan.clients(); i++) {
      int to = i % hosts.size();
      RpcClient client = client(networks.get(to)).connect(hosts.get(to).address());
      clients.add(client);
      probers.add(new Caller(simulation, book, plan, "client " + i, client));
    }
    hosts.forEach(Host::start);
  }

  private RpcClient.Builder client(FaultyLink network) {
    Plan.ClientPlan settings = plan.client();
    RpcClient.Builder builder =
        RpcClient.builder()
            .codec(new CheckedCodec())
            .time(simulation.time())
            .random(simulation.random())
            .transport(network)
            .compression(plan.compression())
            .timeout(plan.timeoutMax())
            .connections(settings.connections())
            .openCallsMax(settings.openCallsMax())
            .openBytesMax(settings.openBytesMax())
            .overflow(settings.overflow())
            .flushDelay(settings.flushDelay())
            .connectTimeout(settings.connectTimeout())
            .backoff(settings.backoffFirst(), settings.backoffMax())
            .heartbeat(settings.heartbeat(), settings.heartbeat())
            .messageBytesMax(Plan.MESSAGE_BYTES_MAX);
    if (plan.compression()) {
      builder.compression(compression);
    }
    if (plan.interceptors()) {
      builder.interceptor((request, next) -> next.proceed(request));
    }
    return builder;
  }

  private void watch() throws InterruptedException {
    while (!over) {
      for (RpcClient client : clients) {
        int open = client.pendingCalls();
        if (open < 0 || open > plan.client().openCallsMax()) {
          book.violated(open + " calls are open at " + client);
        }
      }
      for (Host host : hosts) {
        host.look(plan);
      }
      simulation.sleep(LOOK);
    }
  }

  /** Everybody calls, and everything fails. */
  private void storm() throws InterruptedException {
    Duration until = simulation.elapsed().plus(plan.storm());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < plan.clients() * plan.callers(); i++) {
      RpcClient client = clients.get(i % clients.size());
      String name = "client " + i % clients.size() + "." + i / clients.size();
      Caller caller = new Caller(simulation, book, plan, name, client);
      threads.add(simulation.start(name, inside -> caller.run(plan.callsOfCaller(), until)));
    }
    if (plan.crashes()) {
      for (Host host : hosts) {
        threads.add(simulation.start("chaos " + host.address(), inside -> disturb(host, until)));
      }
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Duration left = until.minus(simulation.elapsed());
    if (!left.isNegative()) {
      simulation.sleep(left);
    }
  }

  /** The host crashes, or is replaced, and comes back. */
  private void disturb(Host host, Duration until) throws InterruptedException {
    while (simulation.elapsed().compareTo(until) < 0) {
      simulation.sleep(plan.upTo(random, plan.storm()));
      if (plan.calm()) {
        host.shutDown(Duration.ofSeconds(10));
      } else if (random.nextBoolean()) {
        host.shutDown(Duration.ofMillis(random.nextInt(30)));
      } else {
        host.crash();
      }
      simulation.sleep(plan.upTo(random, Duration.ofMillis(50)));
      host.start();
    }
  }

  /** Nothing fails any more: soon, nothing must fail any more. */
  private void recover() throws InterruptedException {
    Duration until = simulation.elapsed().plus(plan.recovery());
    while (simulation.elapsed().compareTo(until) < 0) {
      for (Caller prober : probers) {
        prober.probe(plan.timeoutMax().dividedBy(4));
      }
      simulation.sleep(Duration.ofMillis(20));
    }
    if (!plan.calm()) {
      // Who has met slow handlers takes a burst for too much, until he has seen one drain; and a
      // queue that stood is remembered for a while.
      for (Caller prober : probers) {
        fill(prober);
        simulation.sleep(STOOD);
      }
    }
    awaitCalls();
    if (!plan.calm()) {
      book.peace();
    }
    for (int i = 0; i < clients.size(); i++) {
      int open = clients.get(i).pendingCalls();
      if (open != 0) {
        book.violated(open + " calls are open at " + clients.get(i) + ", though all have ended");
      }
      fill(probers.get(i));
    }
    if (plan.client().flushDelay().isZero()) {
      callPromptly();
    }
    simulation.sleep(LOOK);
    hosts.forEach(Host::checkIdle);
  }

  private void fill(Caller prober) {
    prober.fill(plan.capacity(), Duration.ofSeconds(10));
  }

  /** Several at a time, but no more than there is room for. */
  private void callPromptly() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(PROMPT_CALLERS, plan.capacity()); i++) {
      Caller caller = probers.get(i % probers.size());
      threads.add(
          simulation.start(
              "prompt " + i, inside -> caller.callPromptly(8, Duration.ofSeconds(10))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Until the last of them must have ended. */
  private void awaitCalls() throws InterruptedException {
    Duration until = simulation.elapsed().plus(plan.timeoutMax()).plus(CallBook.TICK);
    while (book.open() > 0 && simulation.elapsed().compareTo(until) < 0) {
      simulation.sleep(CallBook.TICK);
    }
  }

  /** All is closed, in any order, and nothing may be left. */
  private void end() throws InterruptedException {
    if (random.nextBoolean()) {
      clients.forEach(RpcClient::close);
      simulation.sleep(Duration.ofMillis(100));
      hosts.forEach(Host::checkAlone);
      hosts.forEach(Host::crash);
    } else {
      hosts.forEach(
          random.nextBoolean() ? Host::crash : host -> host.shutDown(Duration.ofMillis(100)));
      clients.forEach(RpcClient::close);
    }
    journal.note(() -> "all is closed");
    simulation.sleep(Duration.ofMinutes(1));
    for (Thread thread : simulation.threads()) {
      if (!thread.equals(Thread.currentThread()) && !thread.getName().equals("timer")) {
        book.violated(
            "a thread is left, \"" + thread.getName() + "\": " + List.of(thread.getStackTrace()));
      }
    }
    if (simulation.waitingTasks() > 0) {
      book.violated(simulation.waitingTasks() + " tasks of the clock are left");
    }
    for (FaultyLink network : networks) {
      long open = network.channels().stream().filter(FaultyChannel::isOpen).count();
      if (open > 0) {
        book.violated(open + " channels are left open");
      }
    }
    if (compression.open() != 0 || compression.misused() != 0) {
      book.violated(
          compression.open()
              + " compressors are left open, and "
              + compression.misused()
              + " were used after their end");
    }
  }

  /** How many faults there were. */
  long faults() {
    return networks.stream()
        .flatMap(network -> network.counts().values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }
}
