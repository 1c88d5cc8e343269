package dev.weft.reliability.failure;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network that loses and delays packets, and whose cable is cut: client and server in a network
 * namespace of their own, on its loopback, which nobody else sees and which ends with them.
 *
 * <p>What the machine lacks for it is said: the right to make a namespace, {@code ip}, or {@code
 * tc} with the kernel's {@code netem}.
 */
final class NetworkScenario implements Scenario {

  private static final List<String> NAMESPACE = List.of("unshare", "--net");

  /** For others than root, where the system permits it. */
  private static final List<String> USER_NAMESPACE = List.of("unshare", "--user", "-r", "--net");

  @Override
  public String name() {
    return "network";
  }

  @Override
  public String summary() {
    return "a network namespace with loss, delay and a cut cable";
  }

  @Override
  public Result run(Stage stage) throws IOException, InterruptedException {
    List<String> namespace = NAMESPACE;
    String complaint = complaint(namespace, "ip link set lo up");
    if (complaint != null) {
      namespace = USER_NAMESPACE;
      complaint = complaint(namespace, "ip link set lo up");
    }
    if (complaint != null) {
      return Result.skipped(name(), "no network namespace with ip(8) to be had here: " + complaint);
    }
    String noNetem = complaint(namespace, "ip link set lo up && tc qdisc add dev lo root netem");
    return runInside(stage, namespace, noNetem);
  }

  /** What a command says when it fails; {@code null}: it works. */
  private static @Nullable String complaint(List<String> namespace, String command)
      throws InterruptedException {
    List<String> all = new ArrayList<>(namespace);
    all.addAll(List.of("sh", "-c", command));
    try {
      Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
      try (BufferedReader output = process.inputReader()) {
        String said = String.join(" ", output.lines().toList());
        return process.waitFor() == 0 ? null : said;
      }
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private Result runInside(Stage stage, List<String> namespace, @Nullable String noNetem)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(namespace);
    command.addAll(ChildProcess.java(NetworkMain.class, List.of()));
    command.addAll(
        List.of(
            stage.folder().toString(),
            Integer.toString(stage.rounds()),
            Long.toString(stage.seed()),
            Boolean.toString(noNetem == null),
            Boolean.toString(stage.timed())));
    Process process =
        new ProcessBuilder(command)
            .redirectError(Redirect.appendTo(Target.log(stage).toFile()))
            .start();
    String figures = "";
    List<String> misses = new ArrayList<>();
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(NetworkMain.ROUND)) {
          stage.round(Integer.parseInt(line.substring(NetworkMain.ROUND.length())));
        } else if (line.startsWith(NetworkMain.FIGURES)) {
          figures = line.substring(NetworkMain.FIGURES.length());
        } else {
          misses.add(line);
        }
      }
      if (process.waitFor() != 0) {
        misses.add("the process in the namespace ended with status " + process.exitValue());
      }
    } finally {
      process.destroyForcibly();
    }
    String skipped = noNetem == null ? "" : "; loss and delay skipped, no netem: " + noNetem;
    return Result.of(name(), figures + skipped, misses);
  }
}
