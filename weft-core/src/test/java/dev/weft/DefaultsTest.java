package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.ValueType;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DefaultsTest {

  @Test
  void connectionsFitTheHeap() {
    assertThat(Defaults.connectionsMax(1L << 40)).isEqualTo(16_384);
    assertThat(Defaults.connectionsMax(256 << 20)).isEqualTo(4096);
    assertThat(Defaults.connectionsMax(1)).isEqualTo(1);
  }

  /** A codec as somebody might have it on the class path. */
  public static final class Spacious implements Codec {

    @Override
    public String name() {
      return "two words";
    }

    @Override
    public List<Marshaller> bind(List<ValueType> types) {
      return List.of();
    }
  }

  @Test
  void codecOfTheClassPathWhoseNameCannotBeSentIsRefused(@TempDir Path directory) throws Exception {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(services.resolve(Codec.class.getName()), Spacious.class.getName());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      assertThatThrownBy(Defaults::codec)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not \"two words\"");
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
