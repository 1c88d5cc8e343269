package dev.weft.reliability.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Executed;
import dev.weft.reliability.overload.Target.Client;
import dev.weft.reliability.overload.Target.Completion;
import dev.weft.reliability.overload.Target.End;
import dev.weft.reliability.overload.Target.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverloadTest {

  private static final Work WORK = new Work(10, Duration.ofMillis(10), Work.Kind.SLEEP);

  private final List<String> told = new ArrayList<>();
  private final List<Step> ended = new ArrayList<>();
  private final Overload.Listener listener =
      new Overload.Listener() {
        @Override
        public void begins(String peer, String what, Duration length) {
          told.add(what);
        }

        @Override
        public void ended(String peer, Step step) {
          ended.add(step);
        }
      };

  private static OverloadPlan plan(Double... loads) {
    return new OverloadPlan(
        List.of(loads), Duration.ofMillis(100), WORK, Duration.ofMillis(100), 2, 1);
  }

  /** Answers, refuses or keeps silent as it is told; ends calls at once. */
  private record Scripted(End end, boolean begins, Executed executed) implements Target {

    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public Server serve(Work work, IntConsumer begun) {
      Scripted script = this;
      return new Server() {
        @Override
        public String address() {
          Connected.begun = begun;
          Connected.script = script;
          return "";
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public Client connect(String address) {
      return new Connected();
    }
  }

  private static final class Connected implements Client {

    private static IntConsumer begun = number -> {};
    private static Scripted script = new Scripted(End.ANSWERED, true, Executed.YES);

    @Override
    public void call(int number, long timeoutNanos, Completion completion) {
      if (script.begins()) {
        begun.accept(number);
      }
      completion.ended(script.end(), script.end() == End.ANSWERED ? null : script.executed());
    }

    @Override
    public void close() {}
  }

  @Test
  void callsAreMadeAtEachLoadAndCounted() throws Exception {
    OverloadResult result =
        Overload.run(plan(0.5, 2.0), new Scripted(End.ANSWERED, true, Executed.YES), listener);
    assertThat(told).containsExactly("warm-up", "load 0.5", "load 2.0", "back to 0.5");
    assertThat(result.steps()).isEqualTo(ended).hasSize(2);
    Step half = ended.get(0);
    Step twice = ended.get(1);
    assertThat(half.made()).isBetween(25L, 80L);
    assertThat(twice.made()).isBetween(140L, 260L);
    assertThat(twice.begun()).isEqualTo(twice.made());
    assertThat(twice.refused() + twice.expired() + twice.failed() + twice.lies()).isZero();
  }

  @Test
  void aRefusalOfACallThatRanIsNoticed() throws Exception {
    OverloadResult honest =
        Overload.run(plan(2.0), new Scripted(End.REFUSED, false, Executed.NO), listener);
    assertThat(honest.lies()).isZero();
    assertThat(honest.steps().get(0).executedNo()).isEqualTo(honest.steps().get(0).made());
    OverloadResult lying =
        Overload.run(plan(2.0), new Scripted(End.REFUSED, true, Executed.NO), listener);
    assertThat(lying.lies()).isEqualTo(lying.steps().get(0).made()).isPositive();
  }

  @Test
  void weftAndGrpcAreOverloadedAndTheirFiguresAreWritten(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("overload.csv");
    Path html = folder.resolve("overload.html");
    StringWriter out = new StringWriter();
    try (OverloadCsv csv = OverloadCsv.to(file);
        OverloadPage page = OverloadPage.to(html, "here & now")) {
      OverloadTable table = new OverloadTable(new PrintWriter(out));
      for (Target target : Target.named(List.of("weft", "grpc"))) {
        OverloadResult result = Overload.run(plan(0.5, 3.0), target, listener);
        assertThat(result.lies()).isZero();
        result
            .steps()
            .forEach(step -> {
              table.add(target.name(), step);
              csv.add(target.name(), step);
            });
        table.add(result);
        csv.add(result);
        page.add(result);
      }
    }
    for (Step step : ended) {
      assertThat(step.good() + step.refused() + step.expired())
          .as("a late answer is neither")
          .isBetween(step.made() / 2, step.made());
      assertThat(step.failed()).isZero();
    }
    assertThat(Files.readAllLines(file)).hasSize(1 + 2 * 3);
    assertThat(Files.readString(html)).contains("Goodput", "here &amp; now", "<svg");
    assertThat(out.toString()).contains("offered/s", "goodput under overload at least 90 %");
  }

  @Test
  void goalsAreHeldOrMissed() {
    Step quiet = step(0.5, 500, 500, 12, Double.NaN);
    OverloadResult good =
        new OverloadResult("x", plan(0.5, 3.0), List.of(quiet, step(3, 3000, 950, 40, 9)), 999);
    assertThat(good.goals()).hasSize(4).allMatch(OverloadResult.Goal::held);
    OverloadResult bad =
        new OverloadResult(
            "x",
            plan(0.5, 1.0, 3.0),
            List.of(quiet, step(1, 1000, 1000, 12, 1), step(3, 3000, 800, 70, 11)),
            -1);
    assertThat(bad.goals()).hasSize(4).noneMatch(OverloadResult.Goal::held);
  }

  private static Step step(double load, long made, long good, double p99, double refusedP99) {
    long refused = made - good;
    return new Step(
        load,
        Duration.ofSeconds(1),
        made,
        good,
        refused,
        0,
        0,
        good,
        refused,
        0,
        0,
        0,
        p99,
        p99,
        refusedP99);
  }

  @Test
  void whatIsOutOfRangeIsRefused() throws IOException {
    assertThatThrownBy(() -> plan(0.01)).hasMessageContaining("load 0.01 is not from 0.05 to 20");
    assertThatThrownBy(() -> plan()).hasMessageContaining("there is no load");
    assertThatThrownBy(() -> new Work(0, Duration.ofMillis(1), Work.Kind.SLEEP))
        .hasMessageContaining("handlers 0");
    assertThatThrownBy(() -> Target.named(List.of("gprc")))
        .hasMessageContaining("no peer \"gprc\"; there are weft, weft-adaptive, grpc");
  }
}
