package dev.weft.reliability.failure;

import dev.weft.Executed;
import dev.weft.RpcClient;
import dev.weft.RpcRemoteException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Handlers that throw what nobody should catch: it costs their own calls, and nothing else. */
final class ErrorsScenario implements Scenario {

  private static final int CALLS_MAX = 100_000;
  private static final Target.Setting SMALL_HEAP = new Target.Setting(List.of("-Xmx40m"), 0);
  private static final List<Task.Fault> FAULTS =
      List.of(
          Task.Fault.THROWN_OUT_OF_MEMORY,
          Task.Fault.THROWN_STACK_OVERFLOW,
          Task.Fault.DEEP,
          Task.Fault.HUGE);

  @Override
  public String name() {
    return "errors";
  }

  @Override
  public String summary() {
    return "handlers that throw errors";
  }

  @Override
  public Result run(Stage stage) throws IOException, InterruptedException {
    long capacity = (long) stage.rounds() * CALLS_MAX;
    try (Ledger ledger = Ledger.open(stage, "errors", capacity);
        Target target = Target.start(stage, ledger.begun(), Target.freePort(), SMALL_HEAP);
        RpcClient client = RpcClient.connect(target.address())) {
      Calls faulty = ledger.calls(client);
      Calls others = ledger.calls(client);
      Misses misses = stage.misses();
      others.call(0);
      for (int round = 0; round < stage.rounds(); round++) {
        stage.round(round);
        misses.round(round);
        try (Load load = Load.start(others, stage.seed() + round, 8, 0, 1)) {
          throwAll(faulty, misses);
        }
      }
      misses.expectAtMost("failed calls of others", others.failed(), 0);
      misses.expectAtMost("connections made", client.stats().dials(), 1);
      Audit audit = ledger.audit();
      misses.addAll(audit.violations());
      return Result.of(name(), figures(stage, audit), misses.all());
    }
  }

  private static void throwAll(Calls calls, Misses misses) {
    for (Task.Fault fault : FAULTS) {
      for (boolean inlined : new boolean[] {false, true}) {
        Throwable told = calls.call(fault, inlined);
        if (!(told instanceof RpcRemoteException e) || e.executed() != Executed.YES) {
          misses.add(fault + (inlined ? " inline" : "") + ": its caller was told " + told);
        }
      }
    }
  }

  private static String figures(Stage stage, Audit audit) {
    return String.format(
        Locale.ROOT,
        "%,d errors thrown, inline or not; %s",
        stage.rounds() * FAULTS.size() * 2,
        audit.figures());
  }
}
