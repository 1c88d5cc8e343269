package dev.weft.reliability.stress;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.TestExecutor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.OSSupport;
import org.openjdk.jcstress.os.Scheduler;
import org.openjdk.jcstress.os.SchedulingClass;
import org.openjdk.jcstress.os.topology.Topology;
import org.openjdk.jcstress.vm.CompileMode;
import org.openjdk.jcstress.vm.VMSupport;

/**
 * Runs stress tests with jcstress: each in several JVMs of its own, with the class path and the
 * flags of this one. What jcstress itself would say is left out.
 *
 * <p>One thread; one run for each process, as jcstress keeps what it has found out about the JVM.
 */
public final class StressRun {

  /** What a test's name begins with, which is not shown. */
  private static final String PACKAGE = "dev.weft.internal.";

  /** JNA for the processors' affinity; and no log: in a test, connections end by the million. */
  private static final String JVM_FLAGS =
      "--enable-native-access=ALL-UNNAMED -Djava.util.logging.config.file=/dev/null";

  /** Hears of what is done. One thread at a time. */
  public interface Listener {

    /** So many of the runs are over. */
    void progress(int over, int runs);

    /** All runs of a test are over. */
    void ended(StressResult result);
  }

  private final Effort effort;
  private final List<String> tests;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Map<String, List<TestResult>> results = new TreeMap<>();
  private final Map<String, Integer> expected = new TreeMap<>();
  private int runs;
  private int over;
  private boolean passed = true;

  /**
   * Nothing runs yet.
   *
   * @param pattern which tests: their names contain it
   * @throws IllegalArgumentException when there is no such test
   */
  public StressRun(Effort effort, Pattern pattern) {
    this.effort = effort;
    this.tests =
        TestList.tests().stream()
            .filter(test -> pattern.matcher(shortName(test)).find())
            .sorted()
            .toList();
    if (tests.isEmpty()) {
      throw new IllegalArgumentException(
          "no test's name contains " + pattern + "; there are " + String.join(", ", names()));
    }
  }

  private static List<String> names() {
    return TestList.tests().stream().map(StressRun::shortName).sorted().toList();
  }

  /** How many tests there are to run. */
  public int tests() {
    return tests.size();
  }

  /**
   * Runs all tests.
   *
   * @return whether nothing was seen that must not be
   * @throws IOException when no JVM can be started
   * @throws IllegalStateException when this machine cannot run two threads at a time
   */
  public boolean run(Listener listener) throws IOException {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false));
    try {
      runQuietly(listener);
    } finally {
      System.setOut(out);
    }
    lock.lock();
    try {
      return passed;
    } finally {
      lock.unlock();
    }
  }

  private void runQuietly(Listener listener) throws IOException {
    List<String> arguments = new ArrayList<>(effort.options());
    arguments.addAll(List.of("-jvmArgsPrepend", JVM_FLAGS));
    Options options = new Options(arguments.toArray(String[]::new));
    if (!options.parse()) {
      throw new AssertionError("jcstress does not take its own options");
    }
    OSSupport.init();
    VMSupport.initFlags(options);
    VMSupport.detectAvailableVMConfigs(
        options.isSplitCompilation(), options.getJvmArgs(), options.getJvmArgsPrepend());
    Scheduler scheduler = new Scheduler(Topology.get(), options.getCPUCount());
    List<TestConfig> configs = configs(options, scheduler);
    lock.lock();
    try {
      runs = configs.size();
      configs.forEach(config -> expected.merge(config.name, 1, Integer::sum));
    } finally {
      lock.unlock();
    }
    new TestExecutor(options.verbosity(), result -> add(result, listener), scheduler)
        .runAll(configs);
  }

  /** All runs; the executor begins with the last. */
  private List<TestConfig> configs(Options options, Scheduler scheduler) {
    List<TestConfig> configs = new ArrayList<>();
    for (String test : tests.reversed()) {
      TestInfo info = TestList.getInfo(test);
      List<SchedulingClass> classes =
          scheduler.scheduleClasses(info.threads(), options.getCPUCount(), options.affinityMode());
      if (classes.isEmpty()) {
        throw new IllegalStateException(
            "stress tests need " + info.threads() + " processors, one for each actor");
      }
      for (SchedulingClass where : classes) {
        for (VMSupport.Config jvm : VMSupport.getAvailableVMConfigs()) {
          addConfigs(configs, options, info, where, jvm);
        }
      }
    }
    return configs;
  }

  private static void addConfigs(
      List<TestConfig> configs,
      Options options,
      TestInfo info,
      SchedulingClass where,
      VMSupport.Config jvm) {
    int forks = options.getForks() * (jvm.stress() ? options.getForksStressMultiplier() : 1);
    for (int mode : compileModes(options, info)) {
      if (!jvm.onlyIfC2() || CompileMode.hasC2(mode, info.threads())) {
        for (int fork = 0; fork < forks; fork++) {
          configs.add(new TestConfig(options, info, fork, jvm.args(), mode, where));
        }
      }
    }
  }

  private static int[] compileModes(Options options, TestInfo info) {
    return options.isSplitCompilation() && VMSupport.compilerDirectivesAvailable()
        ? CompileMode.casesFor(info.threads(), VMSupport.c1Available(), VMSupport.c2Available())
        : new int[] {CompileMode.UNIFIED};
  }

  private void add(TestResult result, Listener listener) {
    lock.lock();
    try {
      String test = result.getName();
      List<TestResult> all = results.computeIfAbsent(test, name -> new ArrayList<>());
      all.add(result);
      over++;
      if (all.size() == requireNonNull(expected.get(test))) {
        StressResult sum = sum(test, all);
        passed &= sum.hasPassed();
        listener.ended(sum);
      }
      listener.progress(over, runs);
    } finally {
      lock.unlock();
    }
  }

  private static StressResult sum(String test, List<TestResult> all) {
    Map<String, StressResult.Outcome> outcomes = new TreeMap<>();
    List<String> errors = new ArrayList<>();
    long samples = 0;
    for (TestResult result : all) {
      samples += result.getTotalCount();
      if (result.status() != Status.NORMAL && !errors.contains(describe(result))) {
        errors.add(describe(result));
      }
      for (GradingResult seen : result.grading().gradingResults.values()) {
        if (seen.count > 0) {
          outcomes.merge(seen.id, outcome(seen), StressRun::plus);
        }
      }
    }
    return new StressResult(
        shortName(test),
        samples,
        outcomes.values().stream()
            .sorted(Comparator.comparingLong(StressResult.Outcome::samples).reversed())
            .toList(),
        errors);
  }

  private static StressResult.Outcome outcome(GradingResult seen) {
    boolean forbidden = seen.expect == Expect.FORBIDDEN || seen.expect == Expect.UNKNOWN;
    return new StressResult.Outcome(seen.id, seen.count, forbidden, seen.description);
  }

  private static StressResult.Outcome plus(StressResult.Outcome one, StressResult.Outcome other) {
    return new StressResult.Outcome(
        one.result(), one.samples() + other.samples(), one.forbidden(), one.meaning());
  }

  private static String describe(TestResult result) {
    return result.getMessages().isEmpty()
        ? result.status().toString()
        : result.status() + ": " + String.join(" | ", firstLines(result));
  }

  /** Of what jcstress says about a run, and of what its JVM has said. */
  private static List<String> firstLines(TestResult result) {
    return Stream.concat(
            result.getMessages().stream().limit(3), result.getVmErr().stream().limit(3))
        .map(String::strip)
        .toList();
  }

  private static String shortName(String test) {
    return test.startsWith(PACKAGE) ? test.substring(PACKAGE.length()) : test;
  }
}
