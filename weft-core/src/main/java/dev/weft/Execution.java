package dev.weft;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;

/** Where the handlers of a service or function run. */
public sealed interface Execution {

  /**
   * On virtual threads, each call without waiting for another: the default. Calls that come one
   * after the other may use the same thread, so a handler takes back what it puts into a {@link
   * ThreadLocal}, as on any pool.
   */
  static Execution virtualThreads() {
    return VirtualThreads.INSTANCE;
  }

  /**
   * On the connection's reader thread: the fastest, for tiny work that never blocks. While such a
   * handler runs, nothing else is read from that connection, its own cancellation included.
   */
  static Execution inline() {
    return Inline.INSTANCE;
  }

  /**
   * On this executor: for work that needs the processor for longer than a millisecond or so, and
   * would keep virtual threads from it meanwhile. A call that the executor rejects fails as
   * overloaded.
   */
  static Execution on(Executor executor) {
    return new On(executor);
  }

  /** See {@link #virtualThreads()}. */
  enum VirtualThreads implements Execution {
    /** The only one. */
    INSTANCE
  }

  /** See {@link #inline()}. */
  enum Inline implements Execution {
    /** The only one. */
    INSTANCE
  }

  /**
   * See {@link #on(Executor)}.
   *
   * @param executor runs the handlers
   */
  record On(Executor executor) implements Execution {
    /** The executor must be one. */
    public On {
      requireNonNull(executor, "executor is null");
    }
  }
}
