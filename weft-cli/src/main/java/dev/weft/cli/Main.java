package dev.weft.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code ./weft}: prints its usage, or runs one of its commands. */
@Command(
    name = "./weft",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Weft, an RPC library for the JVM: see it work, and measure it.",
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      RaceCommand.class,
      RestCommand.class,
      StartCommand.class,
      HeavyCommand.class,
      StressCommand.class,
      SimulateCommand.class,
      OverloadCommand.class,
      FailCommand.class,
      FuzzCommand.class,
      AttackCommand.class
    },
    footer = {
      "",
      "Each command has a --help of its own. Exit status: 0 done, 1 failed, 2 not understood."
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  Main() {}

  /** Runs a command, and ends the process with its exit status. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line, ready to be executed. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(Main::misunderstood)
        .setExecutionExceptionHandler(Main::failed);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static int misunderstood(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    printLine(command, CommandFailure.messageOf(e) + " (see " + name + " --help)");
    return CommandFailure.USAGE;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof CommandFailure failure) {
      printLine(command, failure.line());
      return failure.status();
    }
    // Not foreseen: whoever reports it needs all of it.
    e.printStackTrace(command.getErr());
    command.getErr().flush();
    return CommandFailure.FAILED;
  }

  private static void printLine(CommandLine command, String message) {
    PrintWriter err = command.getErr();
    err.println("weft: " + message.lines().map(String::strip).reduce("", Main::join));
    err.flush();
  }

  private static String join(String line, String next) {
    return line.isEmpty() ? next : line + " " + next;
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "weft " + (version == null ? "(not from its jar)" : version),
        "Java " + Runtime.version() + " on " + System.getProperty("os.name")
      };
    }
  }
}
