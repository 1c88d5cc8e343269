package dev.weft.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that a command writes, opened before it begins: nobody wants to learn it after an hour. */
final class FileOutput {

  /** Something that is opened for writing. */
  interface Opener<T> {
    T open(Path file) throws IOException;
  }

  private FileOutput() {}

  /** Opens it; a failure is one line and {@link CommandFailure#USAGE}. */
  static <T> T open(Path file, Opener<T> opener) {
    try {
      return opener.open(file);
    } catch (NoSuchFileException e) {
      throw CommandFailure.usage("cannot write " + file + ": there is no such folder");
    } catch (FileSystemException e) {
      String reason = e.getReason();
      throw CommandFailure.usage(
          "cannot write " + file + ": " + (reason == null ? "access denied" : reason));
    } catch (IOException e) {
      throw CommandFailure.usage("cannot write " + file + ": " + e.getMessage());
    }
  }
}
