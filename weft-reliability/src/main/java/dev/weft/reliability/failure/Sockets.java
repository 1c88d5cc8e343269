package dev.weft.reliability.failure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The TCP sockets of this machine, as Linux lists them: so one that is left open is seen even when
 * its process believes that it has closed it. Any thread.
 */
final class Sockets {

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final String ESTABLISHED = "01";

  private Sockets() {}

  /** Whether there is such a list. */
  static boolean areListed() {
    return Files.isReadable(TABLES.get(0));
  }

  /** How many ends of established connections have this port, on either side. */
  static int established(int port) {
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    int count = 0;
    for (Path table : TABLES) {
      if (Files.isReadable(table)) {
        for (String line : lines(table)) {
          String[] fields = line.strip().split(" +", 5);
          if (fields.length == 5
              && fields[3].equals(ESTABLISHED)
              && (fields[1].endsWith(suffix) || fields[2].endsWith(suffix))) {
            count++;
          }
        }
      }
    }
    return count;
  }

  private static List<String> lines(Path table) {
    try {
      return Files.readAllLines(table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
