package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fuzz} and {@code attack}, as far as they do not take their time. */
class HostileCommandsTest {

  @TempDir private Path folder;

  @Test
  void attacksAreListed() {
    Weft weft = Weft.run("attack", "--list");
    assertThat(weft.status()).isZero();
    assertThat(weft.out()).contains("random-bytes", "bomb", "never-reads", "connections");
  }

  @Test
  void whatThereIsNotIsRefusedInALine() {
    assertMisunderstood(Weft.run("attack", "--attack", "bribery"), "bribery");
    assertMisunderstood(Weft.run("attack", "--seconds", "0"), "--seconds 0");
    assertMisunderstood(Weft.run("fuzz", "--target", "soul"), "soul");
    assertMisunderstood(Weft.run("fuzz", "--minutes", "0"), "--minutes 0");
    assertMisunderstood(Weft.run("fuzz", "--replay", "file"), "--replay needs one --target");
    assertMisunderstood(
        Weft.run("fuzz", "--target", "hello", "--replay", folder.resolve("none")), "cannot read");
  }

  private static void assertMisunderstood(Weft weft, String what) {
    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.err()).contains(what).hasLineCount(1);
  }

  @Test
  void anInputIsReplayed() throws IOException {
    Path input = Files.write(folder.resolve("input"), new byte[] {'W', 'E', 'F'});
    Weft weft = Weft.run("fuzz", "--target", "hello", "--replay", input);
    assertThat(weft.err()).isEmpty();
    assertThat(weft.status()).isZero();
    assertThat(weft.out()).contains("nothing that is not documented");
  }
}
