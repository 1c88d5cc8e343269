package dev.weft.reliability.fuzz;

import dev.weft.internal.wire.Block;
import dev.weft.internal.wire.FrameReader;
import dev.weft.internal.wire.WireException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands in the blocks of one side, without the blocks. The first byte says how long each
 * block is, so that there are big frames, too.
 */
final class FramesTarget implements FuzzTarget {

  /** So small that what is over the limit fits into an input. */
  private static final int MESSAGE_BYTES_MAX = 512;

  private final String name;
  private final boolean ofClient;

  FramesTarget(String name, boolean ofClient) {
    this.name = name;
    this.ofClient = ofClient;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void run(byte[] input) {
    if (input.length < 2) {
      return;
    }
    FrameReader reader =
        new FrameReader(new CheckedFrames(ofClient, MESSAGE_BYTES_MAX), MESSAGE_BYTES_MAX);
    int blockBytes = input[0] == 0 ? Block.BYTES_MAX : 4 * (input[0] & 0xff);
    try {
      for (int start = 1; start < input.length; start += blockBytes) {
        int length = Math.min(blockBytes, input.length - start);
        reader.read(ByteBuffer.wrap(input, start, length).order(ByteOrder.LITTLE_ENDIAN));
      }
    } catch (WireException e) {
      // What it is for.
    }
  }

  @Override
  public long allocatedBytesMax(int inputBytes) {
    return 256 * 1024 + 512L * inputBytes;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (byte[] frames : RecordedTalk.plain().frames(ofClient)) {
      byte[] seed = new byte[1 + frames.length];
      System.arraycopy(frames, 0, seed, 1, frames.length);
      seeds.add(seed);
    }
    return seeds;
  }
}
