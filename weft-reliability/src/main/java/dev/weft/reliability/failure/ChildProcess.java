package dev.weft.reliability.failure;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a class of this package in a JVM of its own, from the same java and class path. */
final class ChildProcess {

  private ChildProcess() {}

  /**
   * Starts it; its standard output is the caller's to read.
   *
   * @param flags for its JVM
   * @param descriptorsMax how many it may have open; 0: as many as this process
   * @param errors where its standard error goes
   */
  static Process start(
      Class<?> main,
      List<String> arguments,
      List<String> flags,
      int descriptorsMax,
      Redirect errors)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (descriptorsMax > 0) {
      command.addAll(List.of("sh", "-c", "ulimit -n " + descriptorsMax + " && exec \"$0\" \"$@\""));
    }
    command.addAll(java(main, flags));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectError(errors).start();
  }

  /** The command line without the arguments. */
  static List<String> java(Class<?> main, List<String> flags) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As in the manifest of the command line's jar, which counts only for java -jar.
    command.add("--add-opens=java.base/java.lang.invoke=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    // Many are started one after the other: what they save is compiling what runs for seconds.
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }
}
