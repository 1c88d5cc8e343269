package dev.weft.internal.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The threads that bring a client's answers. They must not wait for one: they would wait for
 * themselves.
 *
 * <p>They are few, and seldom others; each call looks whether it is made on one. Any thread.
 */
final class ReaderThreads {

  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  boolean isCurrent() {
    return threads.contains(Thread.currentThread());
  }

  void add(Thread thread) {
    threads.add(thread);
  }

  void remove(Thread thread) {
    threads.remove(thread);
  }
}
