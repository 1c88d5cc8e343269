package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.CallContext;
import dev.weft.Execution;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.ServiceDescription;
import dev.weft.internal.service.TinyCodec;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ServerMethodsTest {

  private final ServerMethods methods = new ServerMethods(new TinyCodec());

  private void addFunction(String name) {
    methods.add(
        MethodDescription.function(name, String.class, String.class),
        (context, argument) -> argument,
        Execution.inline());
  }

  private <T> void addService(String name, Class<T> type, T target) {
    methods.add(ServiceDescription.of(name, type), target, Execution.virtualThreads());
  }

  interface Counter {
    int count(String text);

    int count(String text, List<String> more);

    String describe(CallContext context);

    String describe(CallContext context, String text);

    String describe(CallContext context, String text, List<String> more);

    void reset();
  }

  private static final class RealCounter implements Counter {
    boolean reset;

    @Override
    public int count(String text) {
      return text.length();
    }

    @Override
    public int count(String text, List<String> more) {
      return text.length() + more.size();
    }

    @Override
    public String describe(CallContext context) {
      return context.peer() + " is silent";
    }

    @Override
    public String describe(CallContext context, String text) {
      return context.peer() + " says " + text;
    }

    @Override
    public String describe(CallContext context, String text, List<String> more) {
      return describe(context, text) + " and " + more;
    }

    @Override
    public void reset() {
      reset = true;
    }
  }

  private record Context(String peer) implements CallContext {

    @Override
    public Optional<Principal> principal() {
      return Optional.empty();
    }

    @Override
    public String method() {
      return "";
    }

    @Override
    public Duration remaining() {
      return Duration.ZERO;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }
  }

  private Object call(String name, Object... arguments) throws Throwable {
    ServerMethod method = methods.find(name);
    assertThat(method).as(name).isNotNull();
    Object decoded = method.bound().isUnary() ? arguments[0] : arguments;
    return method.handler().handle(new Context("somebody"), decoded);
  }

  @Test
  void methodsOfServicesAreCalledByTheirNames() throws Throwable {
    RealCounter counter = new RealCounter();
    addService("Counter", Counter.class, counter);
    assertThat(call("Counter.count(java.lang.String)", "four")).isEqualTo(4);
    assertThat(call("Counter.count(java.lang.String,java.util.List)", "four", List.of("a")))
        .isEqualTo(5);
    assertThat(call("Counter.describe(java.lang.String)", "hi")).isEqualTo("somebody says hi");
    assertThat(call("Counter.describe()")).isEqualTo("somebody is silent");
    assertThat(call("Counter.describe(java.lang.String,java.util.List)", "hi", List.of("ho")))
        .isEqualTo("somebody says hi and [ho]");
    assertThat(call("Counter.reset()")).isNull();
    assertThat(counter.reset).isTrue();
    assertThat(methods.find("Counter.count()")).isNull();
    assertThat(methods.find("Counter.toString()")).isNull();
    assertThat(methods.find("Counter.getClass()")).isNull();
    assertThat(methods.find("reset")).isNull();
  }

  interface Throwing {
    void f() throws Exception;
  }

  @Test
  void whatAMethodThrowsComesAsItIs() {
    Exception thrown = new Exception("mine");
    addService(
        "Throwing",
        Throwing.class,
        () -> {
          throw thrown;
        });
    assertThatThrownBy(() -> call("Throwing.f()")).isSameAs(thrown);
  }

  @Test
  void emptyUntilSomethingIsAdded() {
    assertThat(methods.isEmpty()).isTrue();
    addFunction("echo");
    assertThat(methods.isEmpty()).isFalse();
  }

  @Test
  void aNameIsServedOnce() {
    addFunction("echo");
    assertThatThrownBy(() -> addFunction("echo"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"echo\" is served already; give one of the two another name");
    addService("Counter", Counter.class, new RealCounter());
    assertThatThrownBy(() -> addService("Counter", Throwing.class, () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"Counter\" is served already; give one of the two another name");
    addService("Another", Counter.class, new RealCounter());
  }

  @Test
  void functionsAndServicesMayBeCalledAlike() {
    addFunction("Counter");
    addService("Counter", Counter.class, new RealCounter());
    addFunction("Counter.count");
    assertThat(methods.find("Counter")).isNotNull();
    assertThat(methods.find("Counter.count")).isNotNull();
  }

  interface Unsendable {
    void f(Thread thread);
  }

  @Test
  void whatCannotBeSentIsRefused() {
    assertThatThrownBy(() -> addService("U", Unsendable.class, thread -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("U.f: argument 1: java.lang.Thread cannot be sent");
  }

  private void missing(String name, String explanation) {
    assertThat(methods.explainMissing(name)).isEqualTo(explanation);
  }

  @Test
  void anUnknownFunctionIsToldWhatThereIs() {
    addFunction("echo");
    addFunction("a.b");
    addService("Counter", Counter.class, new RealCounter());
    missing("nope", "there is no \"nope\" here; there is Counter, a.b, echo");
    missing("Counter", "there is no \"Counter\" here; there is Counter, a.b, echo");
  }

  @Test
  void anUnknownOverloadIsToldTheOthers() {
    addService("Counter", Counter.class, new RealCounter());
    assertThat(methods.explainMissing("Counter.count(int)"))
        .startsWith("there is no \"Counter.count(int)\" here; there is ")
        .contains("Counter.count(java.lang.String)")
        .contains("Counter.count(java.lang.String,java.util.List)");
  }

  @Test
  void anUnknownMethodIsToldThatTheServiceIsThere() {
    addService("Counter", Counter.class, new RealCounter());
    missing(
        "Counter.forget(java.lang.String)",
        "there is no \"Counter.forget(java.lang.String)\" here; the service Counter has no such"
            + " method");
    missing("Other.f()", "there is no \"Other.f()\" here; there is Counter");
  }

  @Test
  void theListIsNotEndless() {
    for (int i = 10; i < 30; i++) {
      addFunction("f" + i);
    }
    missing(
        "nope",
        "there is no \"nope\" here; there is f10, f11, f12, f13, f14, f15, f16, f17, f18, f19, ...");
  }

  @Test
  void oddNamesAreExplainedToo() {
    addService("Counter", Counter.class, new RealCounter());
    for (String name : List.of("", "(", ".", ".(", "a.b.c(", "Counter.(", "Counter.", "()")) {
      assertThat(methods.explainMissing(name)).startsWith("there is no \"" + name + "\" here; ");
    }
  }
}
