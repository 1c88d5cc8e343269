package dev.weft.reliability.attack;

import dev.weft.reliability.wire.WireBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Blocks that inflate to much more than they are: as much as one may announce, again and again; and
 * one that announces as much as it may and hides a gigabyte.
 */
record Bomb() implements Attack {

  private static final int BLOCK_BYTES = 64 * 1024;

  /** From here on, frames are skipped by who does not know them. */
  private static final int OPTIONAL_FRAME = 200;

  private static final int COMPRESSED = 1;

  /** What a flush ends with, and blocks leave out. */
  private static final int FLUSH_END_BYTES = 4;

  /** A gigabyte, deflated twice in a row to a thousandth: what was taken off is a megabyte. */
  private static final int HIDDEN_BYTES = 1 << 30;

  /** What one block may have, compressed. */
  private static final int COMPRESSED_BYTES_MAX = 74_752;

  @Override
  public String name() {
    return "bomb";
  }

  @Override
  public String description() {
    return "blocks of 80 bytes that become 64 KB, and one that would become 75 MB";
  }

  @Override
  public void run(Siege siege) throws IOException {
    byte[] hidden = hidden();
    byte[] skipped = new WireBytes().frame(OPTIONAL_FRAME, new byte[BLOCK_BYTES - 4]).toByteArray();
    while (siege.goesOn()) {
      HostileConnection one = siege.greeted("deflate");
      one.write(block(hidden, BLOCK_BYTES));
      siege.leave(one);
      HostileConnection many = siege.greeted("deflate");
      Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
      try {
        int blocks = siege.size(HIDDEN_BYTES / BLOCK_BYTES);
        for (int i = 0;
            i < blocks && many.write(block(deflate(deflater, skipped), skipped.length)); ) {
          i++;
        }
      } finally {
        deflater.end();
      }
      siege.leave(many);
    }
  }

  private static byte[] hidden() {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    try {
      deflater.setInput(new byte[HIDDEN_BYTES / 8]);
      byte[] packed = new byte[COMPRESSED_BYTES_MAX];
      return Arrays.copyOf(packed, deflater.deflate(packed));
    } finally {
      deflater.end();
    }
  }

  private static byte[] deflate(Deflater deflater, byte[] frames) {
    deflater.setInput(frames);
    byte[] packed = new byte[BLOCK_BYTES];
    int length = deflater.deflate(packed, 0, packed.length, Deflater.SYNC_FLUSH);
    return Arrays.copyOf(packed, length - FLUSH_END_BYTES);
  }

  private static byte[] block(byte[] packed, int inflated) {
    return new WireBytes()
        .write(COMPRESSED)
        .varint(packed.length)
        .varint(inflated)
        .bytes(packed)
        .toByteArray();
  }
}
