package dev.weft.cli;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a text file, or of all text files of a folder and its folders, as UTF-8.
 *
 * <p>What is not UTF-8 becomes U+FFFD. Files with a NUL among their first 8 KiB are binary and left
 * out, as Git does it; so are links inside a folder, and what builds and Git leave there.
 */
final class TextReader {

  /**
   * Longer lines are cut in pieces, between words if they have any. So 10,000 callers at a time
   * stay far below all limits of client and server, whatever file it is.
   */
  static final int LINE_CHARS_MAX = 4096;

  private static final int HEAD_BYTES = 8192;
  private static final int LINE_OVERHEAD_BYTES = 64;
  private static final Set<String> LEFT_OUT = Set.of(".git", "target", "node_modules");

  private final long bytesMax;
  private final Consumer<String> warnings;
  private final List<String> lines = new ArrayList<>();
  private boolean anyText;
  private int files;
  private long bytes;

  /**
   * @param bytesMax how much memory the lines may take
   * @param warnings gets a line for each file of a folder that cannot be read
   */
  TextReader(long bytesMax, Consumer<String> warnings) {
    this.bytesMax = bytesMax;
    this.warnings = warnings;
  }

  /**
   * Reads all of it. To be called once.
   *
   * @throws CommandFailure when there is no such file or folder, it cannot be read, has no text
   *     line, or too many
   */
  Text read(Path path) {
    try {
      if (Files.isDirectory(path)) {
        readFolder(path);
      } else {
        readFile(path);
      }
    } catch (IOException e) {
      throw CommandFailure.usage(path + ": " + reason(e));
    }
    if (!anyText) {
      throw CommandFailure.usage(path + ": there is no line of text in it");
    }
    return new Text(lines, files, 1);
  }

  private void readFolder(Path folder) throws IOException {
    Files.walkFileTree(
        folder.toRealPath(),
        new SimpleFileVisitor<>() {
          private boolean insideFolder;

          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            if (insideFolder && isLeftOut(dir)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            insideFolder = true;
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !isLeftOut(file)) {
              readFileOrWarn(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (!insideFolder) {
              throw e;
            }
            warn(file, e);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) {
            if (e != null) {
              warn(dir, e);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static boolean isLeftOut(Path path) {
    return LEFT_OUT.contains(String.valueOf(path.getFileName()));
  }

  private void readFileOrWarn(Path file) {
    int linesBefore = lines.size();
    try {
      readFile(file);
    } catch (IOException e) {
      lines.subList(linesBefore, lines.size()).clear();
      warn(file, e);
    }
  }

  private void warn(Path file, IOException e) {
    warnings.accept("left out " + file + ": " + reason(e));
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "it may not be read (access denied)";
    }
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return "it cannot be read" + (reason == null ? "" : " (" + reason + ")");
  }

  private void readFile(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), HEAD_BYTES)) {
      in.mark(HEAD_BYTES);
      byte[] head = in.readNBytes(HEAD_BYTES);
      in.reset();
      if (!isBinary(head)) {
        readLines(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        files++;
      }
    }
  }

  private static boolean isBinary(byte[] head) {
    for (byte each : head) {
      if (each == 0) {
        return true;
      }
    }
    return false;
  }

  private void readLines(Reader reader) throws IOException {
    StringBuilder line = new StringBuilder();
    boolean afterReturn = false;
    for (int c = reader.read(); c >= 0; c = reader.read()) {
      if (c == '\n' || c == '\r') {
        if (c == '\r' || !afterReturn) {
          add(line);
        }
      } else {
        if (isFull(line, (char) c)) {
          add(line);
        }
        line.append((char) c);
      }
      afterReturn = c == '\r';
    }
    if (!line.isEmpty()) {
      add(line);
    }
  }

  private static boolean isFull(StringBuilder line, char next) {
    if (line.length() < LINE_CHARS_MAX || Character.isLowSurrogate(next)) {
      return false;
    }
    return line.length() >= 2 * LINE_CHARS_MAX
        || !(Character.isLetterOrDigit(next) || Character.isHighSurrogate(next));
  }

  private void add(StringBuilder line) {
    String text = line.toString();
    line.setLength(0);
    bytes += LINE_OVERHEAD_BYTES + text.length();
    if (bytes > bytesMax) {
      throw CommandFailure.usage(
          "more than "
              + bytesMax / 1_000_000
              + " MB of text: the demo keeps it in memory, so name a part of it");
    }
    anyText |= !text.isBlank();
    lines.add(text);
  }
}
