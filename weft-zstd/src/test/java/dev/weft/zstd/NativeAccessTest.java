package dev.weft.zstd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the flag --enable-native-access decides; each in a JVM of its own. */
final class NativeAccessTest {

  /** Says whether zstd is available, unasked or chosen. */
  public static final class Main {

    private Main() {}

    /** The only argument: whether it is chosen. */
    public static void main(String[] args) {
      System.out.println(new ZstdCompression().isAvailable(Boolean.parseBoolean(args[0])));
    }
  }

  private static boolean jvmWarns() {
    return Runtime.version().feature() >= 22;
  }

  /** What it says on both outputs. */
  private static String run(boolean chosen, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            String.valueOf(chosen)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return said.strip();
  }

  @Test
  void withTheFlagItIsUsed() throws Exception {
    assertThat(run(false, "--enable-native-access=ALL-UNNAMED")).isEqualTo("true");
  }

  @Test
  void withoutTheFlagItIsNotUsedAndNobodyIsWarned() throws Exception {
    assertThat(run(false)).isEqualTo(jvmWarns() ? "false" : "true");
  }

  @Test
  void whoChoosesItGetsItAndTheWarning() throws Exception {
    String said = run(true);
    assertThat(said).endsWith("true");
    if (jvmWarns()) {
      assertThat(said).contains("WARNING").contains("--enable-native-access=ALL-UNNAMED");
    }
  }

  @Test
  void whereTheLibraryCannotBeLoadedThatIsLoggedOnce() throws Exception {
    String said =
        run(true, "--enable-native-access=ALL-UNNAMED", "-DZstdNativePath=/there/is/no.so");
    assertThat(said).contains("zstd-jni cannot be used here").endsWith("false");
  }
}
