package dev.weft.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;

/** The folder that this program was built in: Weft's own sources and documents. */
final class Checkout {

  private Checkout() {}

  /**
   * Where it is.
   *
   * @throws CommandFailure when the program stands elsewhere by now
   */
  static Path folder() {
    CodeSource source = Checkout.class.getProtectionDomain().getCodeSource();
    if (source != null) {
      try {
        Path folder = Path.of(source.getLocation().toURI());
        while (folder != null) {
          if (Files.exists(folder.resolve("mvnw")) && Files.exists(folder.resolve("weft-core"))) {
            return folder;
          }
          folder = folder.getParent();
        }
      } catch (URISyntaxException e) {
        throw new AssertionError("the JVM loaded classes from no address", e);
      }
    }
    throw CommandFailure.usage("say what to count: Weft's own sources are not here");
  }
}
