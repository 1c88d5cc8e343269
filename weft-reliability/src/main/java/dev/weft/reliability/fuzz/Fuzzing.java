package dev.weft.reliability.fuzz;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks for findings with Jazzer, which tries inputs, watches what code they reach, and goes on
 * with variations of those that reach more. Each target has a process of its own, which a hang or a
 * lack of memory cannot take others along with. One thread.
 *
 * <p>Jazzer is libFuzzer for the JVM: https://github.com/CodeIntelligenceTesting/jazzer.
 */
public final class Fuzzing {

  /** An input that takes longer is a finding. */
  private static final int INPUT_SECONDS_MAX = 20;

  private static final int INPUT_BYTES_MAX = 8 * 1024;

  /** A target is left after so many different findings: the first ones matter. */
  private static final int FINDINGS_MAX = 5;

  private static final int STOP_SECONDS_MAX = 60;

  /** Jazzer's own checks for regular expressions make Fory's error messages very slow. */
  private static final String DISABLED =
      "com.code_intelligence.jazzer.sanitizers.RegexInjection:"
          + "com.code_intelligence.jazzer.sanitizers.RegexRoadblocks";

  private static final Pattern STATUS =
      Pattern.compile("^#(\\d+)\\s.*cov: (\\d+) .*corp: (\\d+)/.*");
  private static final Pattern DONE = Pattern.compile("^Done (\\d+) runs in (\\d+) second.*");
  private static final Pattern FAILURE =
      Pattern.compile("^(== Java Exception: |ERROR: libFuzzer: )(.*)");

  private final Path folder;
  private final Path corpus;

  /**
   * @param folder for what is found: inputs that reach new code, findings, logs
   * @param corpus a folder for each target with inputs that are kept in the repository
   */
  public Fuzzing(Path folder, Path corpus) {
    this.folder = folder;
    this.corpus = corpus;
  }

  /**
   * Tries inputs for so long.
   *
   * @param progress is told how many were tried so far
   * @throws IOException when the process cannot be started, or ends for a reason of its own
   */
  public FuzzRun run(String target, Duration time, Consumer<Long> progress)
      throws IOException, InterruptedException {
    Path found = Files.createDirectories(folder.resolve(target).resolve("inputs"));
    Path findings = Files.createDirectories(folder.resolve(target).resolve("findings"));
    Path log = folder.resolve(target).resolve("log.txt");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--keep_going=" + FINDINGS_MAX,
                "-artifact_prefix=" + findings + "/",
                "-max_total_time=" + Math.max(1, time.toSeconds()),
                "-timeout=" + INPUT_SECONDS_MAX,
                "-report_slow_units=" + INPUT_SECONDS_MAX,
                "--reproducer_path=" + folder.resolve(target),
                "-max_len=" + INPUT_BYTES_MAX,
                found.toString(),
                seeds(target).toString()));
    Path kept = corpus.resolve(target);
    if (Files.isDirectory(kept)) {
      arguments.add(kept.toString());
    }
    long begin = System.nanoTime();
    List<Path> before = files(findings);
    Said said = new Said(progress);
    int status = start(target, arguments, log, said, time);
    List<Path> after = new ArrayList<>(files(findings));
    after.removeAll(before);
    if (after.isEmpty() && status != 0) {
      throw new IOException("Jazzer has failed with status " + status + ": see " + log);
    }
    double seconds = said.seconds > 0 ? said.seconds : (System.nanoTime() - begin) / 1e9;
    return new FuzzRun(
        target, said.runs, seconds, said.edges, said.inputs, after, said.failure, log);
  }

  /**
   * Adds to the kept inputs of a target those that were found and reach more than they do.
   *
   * @return how many there are now
   */
  public int keep(String target) throws IOException, InterruptedException {
    Path kept = Files.createDirectories(corpus.resolve(target));
    Path found = Files.createDirectories(folder.resolve(target).resolve("inputs"));
    Path log = folder.resolve(target).resolve("merge.txt");
    List<String> arguments =
        List.of("-merge=1", "-timeout=" + INPUT_SECONDS_MAX, kept.toString(), found.toString());
    int status = start(target, arguments, log, new Said(runs -> {}), Duration.ofMinutes(10));
    if (status != 0) {
      throw new IOException("Jazzer has failed with status " + status + ": see " + log);
    }
    return files(kept).size();
  }

  private Path seeds(String target) throws IOException {
    Path seeds = Files.createDirectories(folder.resolve(target).resolve("seeds"));
    int number = 0;
    for (byte[] seed : FuzzTargets.named(target).seeds()) {
      Files.write(seeds.resolve("seed-" + number++), seed);
    }
    return seeds;
  }

  private static int start(
      String target, List<String> arguments, Path log, Said said, Duration time)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+EnableDynamicAgentLoading",
                "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-D" + JazzerEntry.TARGET + "=" + target,
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + JazzerEntry.class.getName(),
                "--instrumentation_includes=" + guides(target),
                "--instrumentation_excludes=org.apache.fory.shaded.**",
                "--disabled_hooks=" + DISABLED));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader output = process.inputReader();
        BufferedWriter copy = Files.newBufferedWriter(log)) {
      process.getOutputStream().close();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        copy.write(line);
        copy.newLine();
        said.line(line);
      }
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IOException("Jazzer has not ended " + time + " after it should have");
      }
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Whose code leads the search. Fory has much, so it does only where nothing else is tried. */
  private static String guides(String target) {
    return target.equals("codec") ? "dev.weft.**:org.apache.fory.**" : "dev.weft.**";
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** What Jazzer says, as far as it matters. */
  private static final class Said {

    private final Consumer<Long> progress;
    long runs;
    long seconds;
    int edges;
    int inputs;
    String failure = "";

    Said(Consumer<Long> progress) {
      this.progress = progress;
    }

    void line(String line) {
      Matcher status = STATUS.matcher(line);
      Matcher done = DONE.matcher(line);
      Matcher failed = FAILURE.matcher(line);
      if (status.matches()) {
        runs = Long.parseLong(status.group(1));
        edges = Integer.parseInt(status.group(2));
        inputs = Integer.parseInt(status.group(3));
        progress.accept(runs);
      } else if (done.matches()) {
        runs = Long.parseLong(done.group(1));
        seconds = Long.parseLong(done.group(2));
      } else if (failed.matches() && failure.isEmpty()) {
        failure = failed.group(2);
      }
    }
  }
}
