package dev.weft.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * What {@code ./weft} did, called in this process.
 *
 * @param status its exit status
 * @param out what it printed
 * @param err what it complained of
 */
record Weft(int status, String out, String err) {

  static Weft run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    int status = commandLine.execute(words);
    return new Weft(status, out.toString(), err.toString());
  }
}
