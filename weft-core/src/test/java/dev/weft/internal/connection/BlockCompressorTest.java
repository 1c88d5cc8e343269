package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.DeflateCompression;
import dev.weft.internal.wire.WireException;
import dev.weft.spi.Compressor;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BlockCompressorTest {

  private final Traffic traffic = new Traffic();
  private final DeflateCompression deflate = new DeflateCompression();
  private final BlockCompressor compressor = new BlockCompressor(deflate.compressor(), traffic);
  private final BlockInflater inflater = new BlockInflater(deflate.decompressor());
  private final SplittableRandom random = new SplittableRandom(1);
  private final ByteBuffer block =
      ByteBuffer.allocateDirect(Block.HEADER_BYTES_MAX + Block.BYTES_MAX);

  /** The last block's bytes on the wire. */
  private int wireBytes;

  @AfterEach
  void close() {
    compressor.close();
    inflater.close();
  }

  /** Sends a block to the other end, which must find in it what was put in. */
  private boolean isCompressed(byte[] bytes) {
    block.clear().position(Block.HEADER_BYTES_MAX).put(bytes);
    ByteBuffer sealed = compressor.seal(block);
    int start = sealed.position();
    wireBytes = sealed.remaining();
    int length = Block.open(sealed, true);
    assertThat(length).isEqualTo(sealed.remaining());
    int inflated = Block.inflatedLength(sealed, start);
    ByteBuffer frames = inflated == 0 ? sealed : inflater.inflate(sealed, inflated);
    byte[] found = new byte[frames.remaining()];
    frames.get(found);
    assertThat(found).isEqualTo(bytes);
    return inflated != 0;
  }

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void whatWasSentBeforeCostsNextToNothing() {
    byte[] once = noise(200);
    assertThat(isCompressed(once)).isTrue();
    assertThat(wireBytes).isGreaterThan(200);
    for (int i = 0; i < 100; i++) {
      assertThat(isCompressed(once)).isTrue();
      assertThat(wireBytes).isLessThan(15);
    }
  }

  @Test
  void aTinyBlockIsStored() {
    assertThat(isCompressed(new byte[31])).isFalse();
    assertThat(isCompressed(new byte[32])).isTrue();
  }

  @Test
  void blocksOfAllSizesOfAllKindsComeOutAsTheyWentIn() {
    for (int i = 0; i < 300; i++) {
      byte[] bytes = noise(1 + random.nextInt(i % 10 == 0 ? Block.BYTES_MAX : 500));
      if (i % 3 > 0) {
        for (int at = 0; at < bytes.length; at++) {
          bytes[at] &= 3;
        }
      }
      isCompressed(bytes);
    }
    isCompressed(noise(Block.BYTES_MAX));
    isCompressed(new byte[Block.BYTES_MAX]);
  }

  @Test
  void incompressibleTrafficIsStoredAndTriedAgainLaterAndLater() {
    assertThat(isCompressed(noise(Block.BYTES_MAX))).as("the first try").isTrue();
    for (int pause = 64; pause <= 4096; pause *= 2) {
      for (int i = 0; i < Math.min(pause, 1024); i++) {
        assertThat(isCompressed(noise(100))).isFalse();
      }
      for (int i = 0; i < 8; i++) {
        assertThat(isCompressed(noise(100))).as("another try").isTrue();
      }
    }
  }

  @Test
  void whenItPaysAgainItIsCompressedAgain() {
    isCompressed(noise(Block.BYTES_MAX));
    int stored = 0;
    byte[] once = noise(300);
    while (!isCompressed(once)) {
      stored++;
    }
    assertThat(stored).isEqualTo(64);
    for (int i = 0; i < 1000; i++) {
      assertThat(isCompressed(once)).isTrue();
    }
    isCompressed(noise(Block.BYTES_MAX));
    stored = 0;
    while (!isCompressed(once)) {
      stored++;
    }
    assertThat(stored).as("the pauses begin anew").isEqualTo(64);
  }

  @Test
  void firstBlocksThatHaveNothingToReferToDoNotLeadToAPause() {
    byte[] once = noise(300);
    for (int i = 0; i < 100; i++) {
      assertThat(isCompressed(once)).isTrue();
    }
  }

  @Test
  void whatItSavedIsCounted() {
    long before = 0;
    long after = 0;
    for (int length = 1; length < 2000; length += 7) {
      isCompressed(new byte[length]);
      before += Block.storedHeaderBytes(length) + length;
      after += wireBytes;
    }
    traffic.wrote(1, (int) after, 1);
    long[] sums = new long[Traffic.NUMBERS];
    traffic.addTo(sums);
    assertThat(sums[1]).isEqualTo(after);
    assertThat(sums[6]).isEqualTo(before);
  }

  @Test
  void aCompressorThatLeavesSomethingIsNotTrusted() {
    Compressor lazy =
        new Compressor() {
          @Override
          public void compress(ByteBuffer source, ByteBuffer target) {
            target.put(source.get());
          }

          @Override
          public void close() {
            // nothing
          }
        };
    block.clear().position(Block.HEADER_BYTES_MAX).put(new byte[100]);
    assertThatThrownBy(() -> new BlockCompressor(lazy, traffic).seal(block))
        .isInstanceOf(IllegalStateException.class);
  }

  private ByteBuffer packed(byte[] bytes) {
    ByteBuffer source = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    ByteBuffer target = ByteBuffer.allocateDirect(Block.COMPRESSED_BYTES_MAX);
    Compressor fresh = deflate.compressor();
    fresh.compress(source, target);
    fresh.close();
    return target.flip();
  }

  @Test
  void aBlockThatBecomesLessThanItAnnouncesIsRefused() {
    assertThatThrownBy(() -> inflater.inflate(packed(noise(100)), 101))
        .isInstanceOf(WireException.class)
        .hasMessage("a block inflates to 100 bytes instead of the 101 that it announces");
  }

  @Test
  void aBlockThatBecomesMoreThanItAnnouncesIsRefused() {
    assertThatThrownBy(() -> inflater.inflate(packed(noise(100)), 99))
        .isInstanceOf(WireException.class)
        .hasMessage("a block inflates to more instead of the 99 that it announces");
  }

  @Test
  void aBombIsNotInflated() {
    ByteBuffer bomb = packed(new byte[10_000_000]);
    assertThatThrownBy(() -> inflater.inflate(bomb, Block.BYTES_MAX))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("inflates to more");
  }

  @Test
  void whatIsNoCompressedBlockIsRefused() {
    ByteBuffer wrong = ByteBuffer.allocateDirect(50);
    wrong.put(0, (byte) 0xff);
    assertThatThrownBy(() -> inflater.inflate(wrong, 50))
        .isInstanceOf(WireException.class)
        .hasMessageStartingWith("a block cannot be inflated: ");
  }

  @Test
  void aStreamThatEndsIsRefused() {
    ByteBuffer ended = ByteBuffer.allocateDirect(2).put(new byte[] {3, 0}).flip();
    assertThatThrownBy(() -> inflater.inflate(ended, 1))
        .isInstanceOf(WireException.class)
        .hasMessage("a block cannot be inflated: the stream ends before its connection");
  }

  @Test
  void randomBytesDoNoHarm() {
    for (int i = 0; i < 2000; i++) {
      BlockInflater each = new BlockInflater(deflate.decompressor());
      int length = 1 + random.nextInt(200);
      ByteBuffer bytes = ByteBuffer.allocateDirect(length).put(noise(length)).flip();
      int announced = 1 + random.nextInt(1000);
      try {
        assertThat(each.inflate(bytes, announced).remaining()).isEqualTo(announced);
      } catch (WireException e) {
        // As it should be.
      } finally {
        each.close();
      }
    }
  }
}
