package dev.weft.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class BlockTest {

  private static ByteBuffer sealed(int length) {
    ByteBuffer buffer = ByteBuffer.allocate(Block.HEADER_BYTES_MAX + Block.BYTES_MAX);
    buffer.position(Block.HEADER_BYTES_MAX);
    for (int i = 0; i < length; i++) {
      buffer.put((byte) i);
    }
    Block.seal(buffer);
    return buffer;
  }

  @Test
  void whatIsSealedCanBeOpened() {
    for (int length : new int[] {1, 2, 127, 128, 16_383, 16_384, Block.BYTES_MAX}) {
      ByteBuffer block = sealed(length);
      assertThat(block.remaining()).isEqualTo(1 + Varint.size(length) + length);
      assertThat(Block.open(block)).isEqualTo(length);
      assertThat(block.remaining()).isEqualTo(length);
      assertThat(block.get()).isZero();
    }
  }

  @Test
  void aBlockThatIsNotAllThereLeavesThePositionWhereItIs() {
    ByteBuffer block = sealed(300);
    ByteBuffer copy = ByteBuffer.allocate(5 + block.remaining()).position(5).put(block);
    int end = copy.position();
    for (int limit = 5; limit < end; limit++) {
      copy.limit(limit).position(5);
      assertThat(Block.open(copy)).as("with %s bytes", limit - 5).isEqualTo(-1);
      assertThat(copy.position()).isEqualTo(5);
    }
    copy.limit(end).position(5);
    assertThat(Block.open(copy)).isEqualTo(300);
  }

  @Test
  void anEmptyBlockIsRefused() {
    assertThatThrownBy(() -> Block.open(WireBytes.of().octet(0).varint(0).toBuffer()))
        .isInstanceOf(WireException.class)
        .hasMessage("a block is empty");
  }

  @Test
  void anOversizedBlockIsRefusedByItsHeaderAlone() {
    for (long length : new long[] {Block.BYTES_MAX + 1, Integer.MAX_VALUE, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> Block.open(WireBytes.of().octet(0).varint(length).toBuffer()))
          .isInstanceOf(WireException.class)
          .hasMessageContaining(length + ", over the limit of 65536");
    }
  }

  @Test
  void aLengthWithoutAnEndIsRefused() {
    WireBytes endless = WireBytes.of().octet(0);
    for (int i = 0; i < 5; i++) {
      endless.octet(0xff);
    }
    assertThatThrownBy(() -> Block.open(endless.toBuffer())).isInstanceOf(WireException.class);
  }

  @Test
  void flagsThatNobodyAgreedOnAreRefused() {
    for (int flags = 1; flags < 256; flags++) {
      ByteBuffer block = WireBytes.of().octet(flags).varint(1).octet(0).toBuffer();
      assertThatThrownBy(() -> Block.open(block))
          .isInstanceOf(WireException.class)
          .hasMessageContaining("flags " + (byte) flags);
    }
  }

  @Test
  void severalBlocksInARowOpenOneAfterTheOther() {
    WireBytes row = WireBytes.of();
    for (int length = 1; length < 200; length++) {
      row.octet(0).varint(length).raw(new byte[length]);
    }
    ByteBuffer buffer = row.toBuffer();
    for (int length = 1; length < 200; length++) {
      assertThat(Block.open(buffer)).isEqualTo(length);
      buffer.position(buffer.position() + length);
    }
    assertThat(Block.open(buffer)).isEqualTo(-1);
  }

  private static WireBytes compressed(long length, long inflated, int bytes) {
    return WireBytes.of().octet(1).varint(length).varint(inflated).raw(new byte[bytes]);
  }

  @Test
  void whatIsSealedCompressedCanBeOpened() {
    for (int length : new int[] {1, 127, 128, 65_536, Block.COMPRESSED_BYTES_MAX}) {
      for (int inflated : new int[] {1, 300, Block.BYTES_MAX}) {
        ByteBuffer block =
            ByteBuffer.allocate(Block.COMPRESSED_HEADER_BYTES_MAX + Block.COMPRESSED_BYTES_MAX)
                .position(Block.COMPRESSED_HEADER_BYTES_MAX + length);
        Block.sealCompressed(block, inflated);
        int start = block.position();
        assertThat(Block.open(block, true)).isEqualTo(length);
        assertThat(block.remaining()).isEqualTo(length);
        assertThat(Block.inflatedLength(block, start)).isEqualTo(inflated);
        assertThat(block.remaining()).isEqualTo(length);
      }
    }
  }

  @Test
  void aStoredBlockHasNoInflatedLength() {
    ByteBuffer block = sealed(300);
    int start = block.position();
    assertThat(Block.open(block, true)).isEqualTo(300);
    assertThat(Block.inflatedLength(block, start)).isZero();
    assertThat(block.remaining()).isEqualTo(300);
  }

  @Test
  void aCompressedBlockThatIsNotAllThereLeavesThePositionWhereItIs() {
    byte[] whole = compressed(300, 40_000, 300).toArray();
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer part = ByteBuffer.wrap(whole, 0, length);
      assertThat(Block.open(part, true)).as("of %s bytes", length).isEqualTo(-1);
      assertThat(part.position()).isZero();
    }
  }

  @Test
  void lengthsOfCompressedBlocksAreCheckedByTheHeaderAlone() {
    record Bad(long length, long inflated, String message) {}
    for (Bad bad :
        new Bad[] {
          new Bad(0, 5, "a block is empty"),
          new Bad(5, 0, "a block is empty when inflated"),
          new Bad(Block.COMPRESSED_BYTES_MAX + 1, 5, "over the limit of 74752"),
          new Bad(5, Block.BYTES_MAX + 1, "over the limit of 65536"),
          new Bad(5, Long.MAX_VALUE, "over the limit of 65536")
        }) {
      ByteBuffer block = compressed(bad.length, bad.inflated, 0).toBuffer();
      assertThatThrownBy(() -> Block.open(block, true))
          .isInstanceOf(WireException.class)
          .hasMessageContaining(bad.message);
    }
  }

  @Test
  void otherFlagsAreRefusedWithCompressionToo() {
    for (int flags = 2; flags < 256; flags++) {
      ByteBuffer block = WireBytes.of().octet(flags).varint(1).octet(0).toBuffer();
      assertThatThrownBy(() -> Block.open(block, true))
          .isInstanceOf(WireException.class)
          .hasMessage("a block has the flags " + (byte) flags);
    }
  }
}
