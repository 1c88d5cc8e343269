package dev.weft.fory;

import dev.weft.spi.Marshaller;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.fory.resolver.SharedRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The Fory instances of one set of types, lent to whoever encodes or decodes at this moment.
 *
 * <p>A loom has a home, a slot that holds it, and knows whether it is lent. Borrowing is one
 * compare-and-set, giving back one release store, of a flag: to take the loom out of its slot and
 * put it back would cost more, as the garbage collector has to learn of each reference that is
 * stored in an old object.
 *
 * <p>A loom is some dozens of cache lines, which cost more to get from another processor than the
 * work that is done with them (2 us for a call, instead of 0.3). So some homes are for lanes, one
 * for those of equal remainder, whose looms are made when they are first asked for. Whoever is in
 * no lane looks first at the slot that his thread's identity points to, so that threads seldom meet
 * there. Of these there are as many as were ever needed at once, up to a bound; beyond it looms are
 * made for one use.
 *
 * <p>The first loom, with all the code that is generated for it, is made by a background thread.
 *
 * <p>Any thread.
 */
final class LoomPool {

  /** Slots this far apart never share a cache line, nor the one fetched along with it. */
  private static final int STRIDE = 32;

  static final int LOOMS_MAX = Math.max(8, 2 * Runtime.getRuntime().availableProcessors());

  /** Homes of lanes: the slots behind those of the others. */
  static final int LANES = Math.max(4, Runtime.getRuntime().availableProcessors());

  /** Lenders hold a loom for less than a microsecond, unless they were preempted. */
  private static final int YIELDS_MAX = 4;

  /** One thread: generating code is heavy work, and the callers need the processors. */
  private static final ThreadPoolExecutor WARM_UP = warmUpThread();

  /** For as long as some marshaller uses them. */
  private static final ConcurrentHashMap<TypeSet, WeakReference<LoomPool>> POOLS =
      new ConcurrentHashMap<>();

  private final TypeSet types;
  private final TypesLoader loader;
  private final SharedRegistry registry = new SharedRegistry();
  private final AtomicReferenceArray<@Nullable Loom> slots =
      new AtomicReferenceArray<>((LOOMS_MAX + LANES + 1) * STRIDE);
  private final AtomicIntegerArray lanes = new AtomicIntegerArray(LANES);
  private final AtomicInteger homes = new AtomicInteger();
  private final FutureTask<Boolean> warmUp = new FutureTask<>(this::warmUp);

  private LoomPool(TypeSet types) {
    this.types = types;
    loader = new TypesLoader(types.classes().values());
  }

  /** The pool of these types, shared by all who need the same; returns before it is ready. */
  static LoomPool of(TypeSet types) {
    POOLS.values().removeIf(pool -> pool.refersTo(null));
    while (true) {
      WeakReference<LoomPool> known = POOLS.get(types);
      LoomPool pool = known == null ? null : known.get();
      if (pool != null) {
        return pool;
      }
      LoomPool started = new LoomPool(types);
      WeakReference<LoomPool> entry = new WeakReference<>(started);
      boolean first =
          known == null
              ? POOLS.putIfAbsent(types, entry) == null
              : POOLS.replace(types, known, entry);
      if (first) {
        WARM_UP.execute(started.warmUp);
        return started;
      }
    }
  }

  /**
   * Lends a loom. Waits for the warm-up if it must, also when interrupted.
   *
   * @param lane {@link Marshaller#NO_LANE}: none
   * @throws IllegalStateException when Fory cannot be prepared for these types
   */
  Loom borrow(int lane) {
    Loom loom = lane >= 0 ? tryBorrowOf(lane % LANES) : null;
    if (loom == null) {
      loom = tryBorrow();
    }
    return loom != null ? loom : borrowSlowly();
  }

  private @Nullable Loom tryBorrowOf(int lane) {
    int slot = slot(LOOMS_MAX + lane);
    Loom loom = slots.getAcquire(slot);
    if (loom != null) {
      return loom.take() ? loom : null;
    }
    if (lanes.getOpaque(lane) == 0 && lanes.compareAndSet(lane, 0, 1)) {
      WARM_UP.execute(() -> putIn(slot, newLoom(LOOMS_MAX + lane)));
    }
    return null;
  }

  /**
   * Takes a loom back. One without a home takes the place of another: whoever had that was perhaps
   * lost to an error.
   */
  void giveBack(Loom loom) {
    if (loom.home < 0) {
      loom.home = homeOfThisThread(homes.getAcquire());
      slots.setRelease(slot(loom.home), loom);
    }
    loom.giveBack();
  }

  private void putIn(int slot, Loom loom) {
    slots.setRelease(slot, loom);
    loom.giveBack();
  }

  /** How many looms it keeps by now. */
  int size() {
    return homes.get();
  }

  private @Nullable Loom tryBorrow() {
    int count = homes.getAcquire();
    if (count == 0) {
      return null;
    }
    int home = homeOfThisThread(count);
    for (int tries = count; tries > 0; tries--) {
      int slot = slot(home);
      Loom loom = slots.getAcquire(slot);
      if (loom != null && loom.take()) {
        return loom;
      }
      home = home + 1 == count ? 0 : home + 1;
    }
    return null;
  }

  /** Neighbouring threads get distant homes: Fibonacci hashing, scaled to the count. */
  private static int homeOfThisThread(int count) {
    long hash = (Thread.currentThread().threadId() * 0x9E3779B97F4A7C15L) >>> Integer.SIZE;
    return (int) ((hash * count) >>> Integer.SIZE);
  }

  private static int slot(int home) {
    return (home + 1) * STRIDE;
  }

  private Loom borrowSlowly() {
    awaitWarmUp();
    for (int yields = 0; ; yields++) {
      Loom loom = tryBorrow();
      if (loom != null) {
        return loom;
      }
      int count = homes.get();
      if (count < LOOMS_MAX) {
        if (homes.compareAndSet(count, count + 1)) {
          Loom fresh = newLoom(count);
          slots.setRelease(slot(count), fresh);
          return fresh;
        }
      } else if (yields == YIELDS_MAX) {
        return newLoom(-1);
      } else {
        Thread.yield();
      }
    }
  }

  private void awaitWarmUp() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          warmUp.get();
          return;
        } catch (InterruptedException e) {
          // The wait is short and ends by itself; whoever called sees the interrupt afterwards.
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException(
              "Fory cannot be prepared for " + types.classes().keySet() + ": " + rootOf(e), e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private Loom newLoom(int home) {
    return new Loom(
        () -> types.newFory(loader, registry), loader.isNeededByThreads() ? loader : null, home);
  }

  private Boolean warmUp() {
    putIn(slot(0), newLoom(0));
    homes.setRelease(1);
    return true;
  }

  private static ThreadPoolExecutor warmUpThread() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().daemon().name("weft-fory-warm-up").unstarted(task));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
