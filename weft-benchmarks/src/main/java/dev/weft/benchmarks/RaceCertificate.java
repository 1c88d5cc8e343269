package dev.weft.benchmarks;

import dev.weft.testing.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What peers over TLS show and trust: made when the first of them is, and the same in the processes
 * that this one starts.
 *
 * @param folder holds the files
 * @param authority PEM
 * @param chain PEM, of a server at the loopback address
 * @param key PEM
 */
record RaceCertificate(Path folder, Path authority, Path chain, Path key) {

  /** A system property: the folder that holds it, when another process has made it. */
  static final String FOLDER = "weft.race.certificate";

  /** The one of this process and those that it starts. */
  static synchronized RaceCertificate ofTheRace() {
    String folder = System.getProperty(FOLDER);
    if (folder != null) {
      return in(Path.of(folder));
    }
    try {
      RaceCertificate made = in(Files.createTempDirectory("weft-race"));
      CertificateAuthority authority = new CertificateAuthority("race");
      authority.write(made.authority);
      authority.issue("server", "127.0.0.1", "localhost").write(made.chain, made.key);
      System.setProperty(FOLDER, made.folder.toString());
      // They are deleted in the opposite order.
      for (Path file : new Path[] {made.folder, made.authority, made.chain, made.key}) {
        file.toFile().deleteOnExit();
      }
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RaceCertificate in(Path folder) {
    return new RaceCertificate(
        folder,
        folder.resolve("authority.pem"),
        folder.resolve("server.pem"),
        folder.resolve("key.pem"));
  }
}
