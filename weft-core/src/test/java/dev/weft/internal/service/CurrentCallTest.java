package dev.weft.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CurrentCallTest {

  private final AtomicReference<@Nullable Throwable> uncaught = new AtomicReference<>();

  enum Kind {
    OUR_OWN,
    VIRTUAL,
    PLATFORM;

    Thread newThread(Runnable task) {
      return switch (this) {
        case OUR_OWN -> CurrentCall.newThread("weft-test", task);
        case VIRTUAL -> Thread.ofVirtual().unstarted(task);
        case PLATFORM -> Thread.ofPlatform().daemon().unstarted(task);
      };
    }
  }

  private static CurrentCall.Running call() {
    Class<?> type = CurrentCall.Running.class;
    return (CurrentCall.Running)
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new AssertionError("nobody asks for " + method);
            });
  }

  private void run(Kind kind, Runnable task) throws InterruptedException {
    Thread thread = kind.newThread(task);
    UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((where, thrown) -> uncaught.set(thrown));
    try {
      thread.start();
      thread.join();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("ReferenceEquality") // that very call
  void eachThreadKnowsTheCallThatItServes(Kind kind) throws Throwable {
    CurrentCall.Running call = call();
    run(
        kind,
        () -> {
          assertThat(CurrentCall.get() == null).isTrue();
          CurrentCall.set(call);
          assertThat(CurrentCall.get() == call).isTrue();
          try {
            run(kind, () -> assertThat(CurrentCall.get() == null).as("another's").isTrue());
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          assertThat(CurrentCall.get() == call).isTrue();
          CurrentCall.set(null);
          assertThat(CurrentCall.get() == null).isTrue();
        });
    Throwable failure = uncaught.get();
    if (failure != null) {
      throw failure;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatNobodyCatchesIsToldAsElsewhere(Kind kind) throws InterruptedException {
    IllegalStateException thrown = new IllegalStateException("mine");
    run(
        kind,
        () -> {
          throw thrown;
        });
    assertThat(uncaught).hasValue(thrown);
  }
}
