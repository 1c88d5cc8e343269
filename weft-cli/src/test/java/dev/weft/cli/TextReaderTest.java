package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextReaderTest {

  @TempDir private Path folder;

  private final List<String> warnings = new ArrayList<>();
  private final TextReader reader = new TextReader(1_000_000, warnings::add);

  @Test
  void linesEndAsOnAnySystem() throws IOException {
    assertThat(reader.read(file("a.txt", "one\ntwo\r\n\r\nfour\rfive")).lines())
        .containsExactly("one", "two", "", "four", "five");
  }

  @Test
  void whatIsNotUtf8IsReplaced() throws IOException {
    Path file = folder.resolve("latin1.txt");
    Files.write(file, "für\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(reader.read(file).lines()).containsExactly("f\uFFFDr");
  }

  @Test
  void folderIsReadWithItsFolders() throws IOException {
    file("a.txt", "a\n");
    file("b/c/d.txt", "d\n");
    file("empty", "");

    Text text = reader.read(folder);

    assertThat(text.lines()).containsExactlyInAnyOrder("a", "d");
    assertThat(text.files()).isEqualTo(3);
    assertThat(warnings).isEmpty();
  }

  @Test
  void binariesLinksAndWhatIsBuiltAreLeftOut() throws IOException {
    file("a.txt", "a\n");
    file("image.png", "PNG\0\n");
    file(".git/config", "git\n");
    file("x/target/out.txt", "target\n");
    file("node_modules/m.js", "modules\n");
    Files.createSymbolicLink(folder.resolve("loop"), folder);

    assertThat(reader.read(folder).lines()).containsExactly("a");
  }

  @Test
  void folderThatIsAskedForByNameIsRead() throws IOException {
    file("target/out.txt", "out\n");

    assertThat(reader.read(folder.resolve("target")).lines()).containsExactly("out");
  }

  @Test
  void unreadableFileOfAFolderIsLeftOutWithAWarning() throws IOException {
    file("a.txt", "a\n");
    Path secret = file("secret.txt", "secret\n");
    assumeFalse(!secret.toFile().setReadable(false) || Files.isReadable(secret), "this is root");

    assertThat(reader.read(folder).lines()).containsExactly("a");
    assertThat(warnings)
        .singleElement()
        .asString()
        .endsWith("secret.txt: it may not be read (access denied)");
  }

  @Test
  void longLineIsCutBetweenWords() throws IOException {
    String words = "four ".repeat(2_000).strip();

    List<String> lines = reader.read(file("long.txt", words + "\nend\n")).lines();

    assertThat(lines).hasSize(4).endsWith("end");
    assertThat(String.join("", lines)).isEqualTo(words + "end");
    assertThat(lines).allMatch(line -> line.endsWith("four") || line.equals("end"));
  }

  @Test
  void longWordIsCutButNoCharacter() throws IOException {
    String word = "x" + "𝒳".repeat(10_000);

    List<String> lines = reader.read(file("word.txt", word)).lines();

    assertThat(lines).allMatch(line -> line.length() <= 2 * TextReader.LINE_CHARS_MAX + 1);
    assertThat(lines).allMatch(line -> line.codePoints().allMatch(c -> c == 'x' || c > 0xFFFF));
    assertThat(String.join("", lines)).isEqualTo(word);
  }

  @Test
  void missingPathIsToldByName() {
    Path missing = folder.resolve("missing");

    assertThatThrownBy(() -> reader.read(missing))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(missing + ": there is no such file or folder");
  }

  @Test
  void pathWithoutTextIsRefused() throws IOException {
    assertThatThrownBy(() -> reader.read(folder)).hasMessageEndingWith("no line of text in it");
    Path blank = file("blank", "\n \n");
    assertThatThrownBy(() -> reader.read(blank)).hasMessageEndingWith("no line of text in it");
    Path binary = file("binary", "a\0b");
    assertThatThrownBy(() -> reader.read(binary)).hasMessageEndingWith("no line of text in it");
  }

  @Test
  void tooMuchTextIsRefusedBeforeMemoryEnds() throws IOException {
    Path file = file("much.txt", "word\n".repeat(20_000));

    assertThatThrownBy(() -> reader.read(file))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith("more than 1 MB of text");
  }

  private Path file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }
}
