package dev.weft.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Metadata;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Big messages in pieces, on a side that has room for so many bytes of them. */
final class CrowdedFramesTest {

  private static final int ROOM = 50_000;

  private final List<String> seen = new ArrayList<>();
  private int held;

  private final FrameReader reader =
      new FrameReader(
          new FrameHandler() {
            @Override
            public boolean holdPieces(int bytes) {
              if (held + bytes > ROOM) {
                return false;
              }
              held += bytes;
              return true;
            }

            @Override
            public void releasePieces(int bytes) {
              held -= bytes;
            }

            @Override
            public void method(int number, ByteBuffer utf8) {}

            @Override
            public void request(
                long callId, int method, int timeout, Metadata metadata, ByteBuffer payload) {
              seen.add("request " + callId + " of " + payload.remaining());
            }

            @Override
            public void crowdedRequest(long callId, int method) {
              seen.add("crowded request " + callId);
            }

            @Override
            public void crowdedOneWay(int method) {
              seen.add("crowded one-way of " + method);
            }

            @Override
            public void ping(long token) {}
          },
          1 << 20);

  CrowdedFramesTest() {
    read(new byte[] {Frame.METHOD, 3, 0, 1, 'm'});
  }

  private void read(byte[] frames) {
    reader.read(ByteBuffer.wrap(frames).order(ByteOrder.LITTLE_ENDIAN));
  }

  private void piece(int flags, byte[] head, int bytes) {
    ByteBuffer body = ByteBuffer.allocate(1 + head.length + bytes);
    body.put((byte) flags).put(head);
    ByteBuffer frame = ByteBuffer.allocate(body.capacity() + 6);
    frame.put((byte) Frame.FRAGMENT);
    Varint.write(frame, body.capacity());
    frame.put(body.array());
    byte[] bytesOfFrame = new byte[frame.position()];
    frame.flip().get(bytesOfFrame);
    read(bytesOfFrame);
  }

  private void first(int kind, int total, int callId, int bytes) {
    ByteBuffer head = ByteBuffer.allocate(16);
    head.put((byte) kind);
    Varint.write(head, total);
    if (kind == Frame.REQUEST) {
      Varint.write(head, callId);
      head.put((byte) 0).put((byte) 0);
    } else {
      head.put((byte) 0);
    }
    byte[] headBytes = new byte[head.position()];
    head.flip().get(headBytes);
    piece(Frame.FRAGMENT_FIRST, headBytes, bytes);
  }

  @Test
  void aFrameForWhichThereIsRoomIsWholeAndLeavesNothing() {
    first(Frame.REQUEST, 40_003, 5, 20_000);
    assertThat(held).isPositive();
    piece(0, new byte[0], 20_000);
    assertThat(seen).containsExactly("request 5 of 40000");
    assertThat(held).isZero();
  }

  @Test
  void memoryThatIsThereAnywayTakesNoMoreRoomThanNew() {
    first(Frame.REQUEST, 200_003, 5, 10_000);
    int heldWithNew = held;
    piece(Frame.FRAGMENT_ABORT, new byte[0], 0);
    SpareArrays.OF_PROCESS.give(new byte[200_003]);
    first(Frame.REQUEST, 200_003, 6, 10_000);
    assertThat(held).isEqualTo(heldWithNew);
  }

  @Test
  void aFrameThatOutgrowsTheRoomIsToldAndTheRestIsSkipped() {
    first(Frame.REQUEST, 90_003, 6, 30_000);
    piece(0, new byte[0], 30_000);
    assertThat(seen).containsExactly("crowded request 6");
    assertThat(held).isZero();
    piece(0, new byte[0], 30_000);
    first(Frame.REQUEST, 1003, 7, 1000);
    assertThat(seen).containsExactly("crowded request 6", "request 7 of 1000");
    assertThat(held).isZero();
  }

  @Test
  void aFirstPieceWithoutRoomIsToldToo() {
    first(Frame.REQUEST, 90_003, 6, 60_000);
    assertThat(seen).containsExactly("crowded request 6");
    piece(0, new byte[0], 30_000);
    first(Frame.ONE_WAY, 90_001, 0, 60_000);
    assertThat(seen).containsExactly("crowded request 6", "crowded one-way of 0");
    assertThat(held).isZero();
  }

  @Test
  void anAbortedOrUnfinishedFrameGivesItsRoomBack() {
    first(Frame.REQUEST, 40_003, 5, 20_000);
    piece(Frame.FRAGMENT_ABORT, new byte[0], 0);
    assertThat(held).isZero();
    first(Frame.REQUEST, 40_003, 6, 20_000);
    reader.end();
    assertThat(held).isZero();
    assertThat(seen).isEmpty();
  }
}
