package dev.weft.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.weft.spi.Compression;
import dev.weft.spi.Compressor;
import dev.weft.spi.Decompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ZstdCompressionTest {

  private static final int BLOCK_BYTES_MAX = 64 * 1024;

  private final ZstdCompression zstd = new ZstdCompression();
  private final Compressor compressor = zstd.compressor();
  private final Decompressor decompressor = zstd.decompressor();
  private final SplittableRandom random = new SplittableRandom(1);
  private final ByteBuffer source = ByteBuffer.allocateDirect(BLOCK_BYTES_MAX);
  private final ByteBuffer packed =
      ByteBuffer.allocateDirect(BLOCK_BYTES_MAX + Compressor.EXPANSION_BYTES_MAX);
  private final ByteBuffer target = ByteBuffer.allocateDirect(BLOCK_BYTES_MAX + 1);

  @AfterEach
  void close() {
    compressor.close();
    decompressor.close();
  }

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private int roundTrip(byte[] bytes) throws IOException {
    source.clear().put(bytes).flip();
    packed.clear();
    compressor.compress(source, packed);
    assertThat(source.hasRemaining()).isFalse();
    int length = packed.flip().remaining();
    target.clear().limit(bytes.length + 1);
    decompressor.decompress(packed, target);
    assertThat(packed.hasRemaining()).isFalse();
    byte[] found = new byte[target.flip().remaining()];
    target.get(found);
    assertThat(found).isEqualTo(bytes);
    return length;
  }

  @Test
  void itIsFound() {
    assertThat(ServiceLoader.load(Compression.class).findFirst())
        .containsInstanceOf(ZstdCompression.class);
    assertThat(zstd.name()).isEqualTo("zstd");
    assertThat(zstd.isAvailable(false)).isTrue();
  }

  @Test
  void whatWasSentBeforeCostsNextToNothing() throws IOException {
    byte[] once = noise(200);
    assertThat(roundTrip(once)).isGreaterThan(200);
    for (int i = 0; i < 1000; i++) {
      assertThat(roundTrip(once)).isLessThan(16);
    }
  }

  @Test
  void blocksOfAllSizesOfAllKindsComeOutAsTheyWentIn() throws IOException {
    for (int i = 0; i < 500; i++) {
      byte[] bytes = noise(1 + random.nextInt(i % 10 == 0 ? BLOCK_BYTES_MAX : 500));
      if (i % 3 > 0) {
        for (int at = 0; at < bytes.length; at++) {
          bytes[at] &= 3;
        }
      }
      roundTrip(bytes);
    }
    for (int i = 0; i < 5; i++) {
      assertThat(roundTrip(noise(BLOCK_BYTES_MAX))).isLessThan(BLOCK_BYTES_MAX + 100);
      assertThat(roundTrip(new byte[BLOCK_BYTES_MAX])).isLessThan(100);
    }
  }

  /** A block of a context that is made as somebody likes. */
  private void decompress(ZstdCompressCtx context, EndDirective end) throws IOException {
    source.clear().put(new byte[60_000]).flip();
    packed.clear();
    context.compressDirectByteBufferStream(packed, source, end);
    target.clear();
    decompressor.decompress(packed.flip(), target);
  }

  @Test
  void aWindowThatIsLargerThanOursIsRefusedBeforeThereIsMemoryForIt() {
    try (ZstdCompressCtx large = new ZstdCompressCtx().setWindowLog(27).setContentSize(false)) {
      assertThatThrownBy(() -> decompress(large, EndDirective.FLUSH))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("memory");
    }
  }

  @Test
  void aFrameThatEndsIsRefused() {
    try (ZstdCompressCtx ending = new ZstdCompressCtx().setWindowLog(ZstdCompression.WINDOW_LOG)) {
      assertThatThrownBy(() -> decompress(ending, EndDirective.END))
          .isInstanceOf(IOException.class)
          .hasMessage("the frame ends before its connection");
    }
  }

  @Test
  void whatIsNoFrameOrOneOfThePastIsRefused() {
    byte[][] wrong = {
      {1},
      {0x28, (byte) 0xb5, 0x2f},
      {0x27, (byte) 0xb5, 0x2f, (byte) 0xfd, 1, 2, 3, 4}, // version 0.7
      {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4} // to be skipped
    };
    for (byte[] bytes : wrong) {
      packed.clear().put(bytes).flip();
      target.clear();
      assertThatThrownBy(() -> decompressor.decompress(packed, target))
          .isInstanceOf(IOException.class)
          .hasMessage("it does not begin with a frame of zstd");
    }
  }

  @Test
  void aFullTargetEndsIt() throws IOException {
    source.clear().put(new byte[60_000]).flip();
    packed.clear();
    compressor.compress(source, packed);
    target.clear().limit(100);
    decompressor.decompress(packed.flip(), target);
    assertThat(target.hasRemaining()).isFalse();
  }

  @Test
  void randomBytesDoNoHarm() {
    for (int i = 0; i < 2000; i++) {
      try (Decompressor each = zstd.decompressor()) {
        packed
            .clear()
            .put(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd})
            .put(noise(1 + random.nextInt(200)))
            .flip();
        target.clear();
        each.decompress(packed, target);
      } catch (IOException e) {
        // As it should be.
      }
    }
  }
}
