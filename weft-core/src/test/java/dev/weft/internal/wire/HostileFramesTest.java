package dev.weft.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Executed;
import dev.weft.spi.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a peer may send that no {@link FrameWriter} would. */
final class HostileFramesTest {

  private static final int MESSAGE_BYTES_MAX = 100_000;

  private final RecordedFrames found = new RecordedFrames();
  private final FrameReader reader = new FrameReader(found, MESSAGE_BYTES_MAX);

  private void refused(WireBytes frames, String message) {
    assertThatThrownBy(() -> reader.read(frames.toBuffer()))
        .isInstanceOf(WireException.class)
        .hasMessage(message);
  }

  private static WireBytes body() {
    return WireBytes.of();
  }

  private static WireBytes frame(int kind, WireBytes body) {
    return WireBytes.frame(kind, body);
  }

  private static WireBytes fragment(int flags, byte[] rest) {
    return frame(Frame.FRAGMENT, body().octet(flags).raw(rest));
  }

  private static WireBytes first(int kind, long total, byte[] rest) {
    return frame(
        Frame.FRAGMENT, body().octet(Frame.FRAGMENT_FIRST).octet(kind).varint(total).raw(rest));
  }

  @Test
  void unknownOptionalKindsAreSkipped() {
    for (int kind = Frame.OPTIONAL; kind < 256; kind++) {
      assertThat(reader.read(frame(kind, body().text("later")).toBuffer())).isEqualTo(1);
      assertThat(reader.read(frame(kind, body()).toBuffer())).isEqualTo(1);
    }
    assertThat(found.lines).isEmpty();
  }

  @Test
  void optionalKindsInPiecesAreSkipped() {
    reader.read(first(200, 6, new byte[3]).toBuffer());
    reader.read(frame(Frame.PING, body().raw(new byte[8])).toBuffer());
    reader.read(fragment(0, new byte[3]).toBuffer());
    assertThat(found.lines).containsExactly("ping 0");
  }

  @Test
  void optionalKindsOverTheSizeLimitAreSkippedToo() {
    reader.read(first(200, 1_000_000, new byte[60_000]).toBuffer());
    for (int i = 0; i < 94; i++) {
      reader.read(fragment(0, new byte[10_000]).toBuffer());
    }
    reader.read(frame(Frame.PING, body().raw(new byte[8])).toBuffer());
    assertThat(found.lines).containsExactly("ping 0");
  }

  @Test
  void unknownMandatoryKindsAreRefused() {
    for (int kind = 0; kind < Frame.OPTIONAL; kind++) {
      if (kind == 0 || kind > Frame.METHOD) {
        refused(frame(kind, body()), "a frame has the unknown kind " + kind);
      }
    }
  }

  @Test
  void aFrameInAFragmentThatIsAFragmentIsRefused() {
    refused(first(Frame.FRAGMENT, 2, new byte[2]), "a frame has the unknown kind 9");
  }

  @Test
  void lengthsBeyondTheBlockAreRefused() {
    refused(
        body().octet(Frame.RESPONSE).varint(10).raw(new byte[9]),
        "a frame of 10 bytes reaches beyond its block");
    refused(
        body().octet(Frame.RESPONSE).varint(Integer.MAX_VALUE),
        "a frame's length is 2147483647, over the limit of 6");
    refused(body().octet(Frame.RESPONSE), "a number is cut off");
    refused(body().octet(Frame.RESPONSE).octet(0x80), "a number is cut off");
  }

  @Test
  void aBodyCannotReadBeyondItsEnd() {
    // The bytes of the next frame are not this one's.
    WireBytes cancelWithoutId = frame(Frame.CANCEL, body());
    refused(
        cancelWithoutId.raw(frame(Frame.CANCEL, body().varint(1)).toArray()),
        "a number is cut off");
    assertThat(found.lines).isEmpty();
  }

  @Test
  void methodsAreNamedInTurn() {
    refused(
        frame(Frame.REQUEST, body().varint(1).varint(0 << 2).varint(0)),
        "method 0 was never named");
    refused(
        frame(Frame.METHOD, body().varint(1).counted("x")), "method 1 was named out of turn: 0");
    reader.read(frame(Frame.METHOD, body().varint(0).counted("x")).toBuffer());
    refused(
        frame(Frame.METHOD, body().varint(0).counted("x")), "method 0 was named out of turn: 1");
    refused(frame(Frame.ONE_WAY, body().varint(1 << 2)), "method 1 was never named");
    for (int flags = 2; flags <= 3; flags++) {
      refused(
          frame(Frame.ONE_WAY, body().varint(flags)),
          "a method's number has the unknown flags of " + flags);
    }
    refused(
        frame(Frame.ONE_WAY, body().varint(4096 << 2)),
        "a method's number is 16384, over the limit of 16383");
    refused(
        frame(Frame.METHOD, body().varint(4096).counted("x")),
        "a method's number is 4096, over the limit of 4095");
  }

  private void metadataRefused(WireBytes section, String message) {
    WireBytes oneWay = body().varint(1).raw(section.toArray());
    refused(frame(Frame.ONE_WAY, oneWay), message);
    WireBytes request = body().varint(7).varint(1).varint(0).raw(section.toArray());
    refused(frame(Frame.REQUEST, request), message);
  }

  private static WireBytes counted(WireBytes entries) {
    byte[] bytes = entries.toArray();
    return body().varint(bytes.length).raw(bytes);
  }

  @Test
  void metadataIsBoundedAndChecked() {
    reader.read(frame(Frame.METHOD, body().varint(0).counted("x")).toBuffer());
    found.lines.clear();

    metadataRefused(body(), "a number is cut off");
    metadataRefused(body().varint(5).text("four"), "metadata is cut off");
    metadataRefused(body().varint(8449), "the length of metadata is 8449, over the limit of 8448");
    metadataRefused(counted(body().counted("k")), "a number is cut off");
    metadataRefused(counted(body().varint(9).text("k")), "a metadata key is cut off");
    metadataRefused(
        counted(body().counted("k").varint(9).text("v")), "a metadata value is cut off");
    metadataRefused(
        counted(body().varint(65).raw(new byte[65])),
        "a metadata key's length is 65, over the limit of 64");
    metadataRefused(
        counted(body().counted("k").varint(8193)),
        "a metadata value's length is 8193, over the limit of 8192");
    metadataRefused(
        counted(body().counted("k").counted("1").counted("k").counted("2")),
        "a metadata key stands twice");
    metadataRefused(
        counted(body().counted("k").varint(1).octet(0xff)), "a metadata value is not UTF-8");
    metadataRefused(
        counted(body().counted("").counted("v")), "a metadata key has 0 characters, not 1 to 64");
    metadataRefused(
        counted(body().counted("Key").counted("v")),
        "a metadata key has 'K' at 0; it may have a to z, digits, - _ .");
    metadataRefused(
        counted(body().counted("a\n").counted("v")),
        "a metadata key has character 10 at 1; it may have a to z, digits, - _ .");
    metadataRefused(
        counted(
            body().counted("a").counted("v".repeat(4096)).counted("b").counted("v".repeat(4096))),
        "metadata of 8194 bytes is over the limit of 8192");
    WireBytes many = body();
    for (int i = 0; i < 65; i++) {
      many.counted("k" + i).counted("");
    }
    metadataRefused(counted(many), "metadata has more than 64 entries");
    assertThat(found.lines).isEmpty();
  }

  @Test
  void aBigMessageOverTheLimitIsNotBelievedItsMetadataEither() {
    reader.read(frame(Frame.METHOD, body().varint(0).counted("x")).toBuffer());
    byte[] head = body().varint(7).varint(1).varint(0).varint(5).toArray();
    refused(first(Frame.REQUEST, 500_000, head), "metadata is cut off");
  }

  @Test
  void namesAndTextsAreBounded() {
    refused(
        frame(Frame.METHOD, body().varint(0).varint(1025).raw(new byte[1025])),
        "a method's name's length is 1025, over the limit of 1024");
    refused(
        frame(Frame.METHOD, body().varint(0).varint(100).raw(new byte[99])),
        "a method's name is cut off");
    refused(
        frame(Frame.GO_AWAY, body().varint(4097).raw(new byte[4097])),
        "a reason's length is 4097, over the limit of 4096");
    refused(frame(Frame.GO_AWAY, body().varint(5)), "a reason is cut off");
    refused(
        frame(Frame.ERROR, body().varint(1).octet(1).octet(1).varint(4097)),
        "an error's type's length is 4097, over the limit of 4096");
    refused(
        frame(Frame.ERROR, body().varint(1).octet(1).octet(1).varint(0).varint(4097)),
        "an error's message's length is 4097, over the limit of 4096");
  }

  @Test
  void timeoutsAreBounded() {
    WireBytes named = frame(Frame.METHOD, body().varint(0).counted("x"));
    reader.read(named.toBuffer());
    refused(
        frame(Frame.REQUEST, body().varint(1).varint(0).varint(Frame.TIMEOUT_MILLIS_MAX + 1)),
        "a timeout is 604800001, over the limit of 604800000");
  }

  @Test
  void errorsAreChecked() {
    refused(frame(Frame.ERROR, body().varint(1)), "an error is cut off");
    refused(frame(Frame.ERROR, body().varint(1).octet(1)), "an error is cut off");
    refused(
        frame(Frame.ERROR, body().varint(1).octet(1).octet(3).varint(0).varint(0)),
        "an error is of the unknown outcome 3");
    refused(
        frame(Frame.ERROR, body().varint(1).octet(1).octet(255).varint(0).varint(0)),
        "an error is of the unknown outcome -1");
    reader.read(
        frame(Frame.ERROR, body().varint(1).octet(77).octet(0).varint(0).varint(0)).toBuffer());
    assertThat(found.lines).containsExactly("error 1 UNKNOWN NO <> <>: 0 bytes 0");
  }

  @Test
  void pingsHaveEightBytes() {
    refused(frame(Frame.PING, body().raw(new byte[7])), "a ping has 7 bytes instead of 8");
    refused(frame(Frame.PONG, body().raw(new byte[9])), "a ping has 9 bytes instead of 8");
  }

  @Test
  void aPingInPiecesHasTheSameToken() {
    byte[] token = {1, 2, 3, 4, 5, 6, 7, 8};
    reader.read(frame(Frame.PING, body().raw(token)).toBuffer());
    reader.read(first(Frame.PING, 8, Arrays.copyOf(token, 3)).toBuffer());
    reader.read(fragment(0, Arrays.copyOfRange(token, 3, 8)).toBuffer());
    assertThat(found.lines).containsExactly("ping 578437695752307201", "ping 578437695752307201");
  }

  @Test
  void fragmentsBelongToAFrame() {
    refused(fragment(0, new byte[1]), "a fragment does not belong to a frame");
    refused(fragment(Frame.FRAGMENT_ABORT, new byte[0]), "no frame is there to be aborted");
    refused(fragment(3, new byte[0]), "a fragment has the unknown flags 3");
    refused(fragment(64, new byte[0]), "a fragment has the unknown flags 64");
    reader.read(first(Frame.RESPONSE, 10, new byte[5]).toBuffer());
    refused(
        first(Frame.RESPONSE, 10, new byte[5]), "a big frame begins before the last one has ended");
  }

  @Test
  void fragmentsEndWhereTheirFrameEnds() {
    refused(first(Frame.RESPONSE, 4, new byte[5]), "a fragment does not belong to a frame");
  }

  @Test
  void aFragmentTooManyIsRefused() {
    reader.read(first(Frame.RESPONSE, 5, new byte[5]).toBuffer());
    refused(fragment(0, new byte[1]), "a fragment does not belong to a frame");
  }

  @Test
  void anAbortedFrameLeavesRoomForTheNext() {
    reader.read(first(Frame.RESPONSE, 10, new byte[5]).toBuffer());
    reader.read(fragment(Frame.FRAGMENT_ABORT, new byte[0]).toBuffer());
    reader.read(first(Frame.RESPONSE, 3, new byte[] {1, 2, 3}).toBuffer());
    assertThat(found.lines)
        .containsExactly("response 1: " + RecordedFrames.show(new byte[] {2, 3}));
  }

  @Test
  void anAbortedOversizedFrameLeavesRoomForTheNext() {
    reader.read(first(Frame.RESPONSE, Integer.MAX_VALUE, new byte[] {5}).toBuffer());
    reader.read(fragment(0, new byte[60_000]).toBuffer());
    reader.read(fragment(Frame.FRAGMENT_ABORT, new byte[0]).toBuffer());
    reader.read(first(Frame.RESPONSE, 2, new byte[] {1, 2}).toBuffer());
    assertThat(found.lines)
        .containsExactly(
            "oversized response 5", "response 1: " + RecordedFrames.show(new byte[] {2}));
  }

  @Test
  void announcedBytesAreNotAllocated() {
    // A thousand announcements of nearly the limit, one byte each: 100 MB, if it believed them.
    long before = usedBytes();
    List<FrameReader> readers = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      FrameReader each = new FrameReader(found, MESSAGE_BYTES_MAX);
      each.read(first(Frame.RESPONSE, MESSAGE_BYTES_MAX, new byte[] {1}).toBuffer());
      readers.add(each);
    }
    assertThat(usedBytes() - before).isLessThan(20_000_000);
    assertThat(readers).hasSize(1000);
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void cutsAnywhereInAValidStreamAreRefusedOrWaitedFor() {
    byte[] valid = validBlocks(3);
    for (int length = 0; length < 2000; length++) {
      read(Arrays.copyOf(valid, length));
    }
  }

  /** Reads as {@code Reader} does; true when the bytes were refused. */
  private boolean read(byte[] bytes) {
    RecordedFrames frames = new RecordedFrames();
    FrameReader each = new FrameReader(frames, MESSAGE_BYTES_MAX);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (int length = Block.open(in); length >= 0; length = Block.open(in)) {
        int end = in.position() + length;
        in.limit(end);
        each.read(in);
        if (in.position() != end) {
          throw new AssertionError("read to " + in.position() + " instead of " + end);
        }
        in.limit(bytes.length);
      }
      return false;
    } catch (WireException e) {
      assertThat(e.getMessage()).isNotEmpty();
      return true;
    }
  }

  private static byte[] validBlocks(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer block =
        ByteBuffer.allocate(Block.HEADER_BYTES_MAX + Block.BYTES_MAX)
            .order(ByteOrder.LITTLE_ENDIAN);
    FrameWriter writer = new FrameWriter(block);
    WireBytes all = WireBytes.of();
    for (int blocks = 0; blocks < 4; blocks++) {
      block.clear().position(Block.HEADER_BYTES_MAX);
      for (int frames = random.nextInt(1, 12); frames > 0; frames--) {
        byte[] payload = new byte[random.nextInt(40)];
        long id = random.nextInt(1 << 20);
        switch (random.nextInt(7)) {
          case 0, 1 ->
              writer.request(id, new MethodName("m", random.nextInt(9)), 5, Payload.of(payload));
          case 2 -> writer.oneWay(new MethodName("name", random.nextInt(9)), Payload.of(payload));
          case 3 -> writer.response(id, Payload.of(payload));
          case 4 ->
              writer.error(
                  id,
                  ErrorCode.DECLARED,
                  Executed.YES,
                  "type".getBytes(UTF_8),
                  payload,
                  Payload.of(payload));
          case 5 -> writer.cancel(id);
          default -> writer.pingOrPong(true, id);
        }
      }
      if (random.nextInt(3) == 0 && !writer.isFragmenting()) {
        writer.response(1, Payload.of(new byte[Block.BYTES_MAX + random.nextInt(100)]));
      }
      writer.fragment();
      Block.seal(block);
      byte[] sealed = new byte[block.remaining()];
      block.get(sealed);
      all.raw(sealed);
    }
    return all.toArray();
  }

  @Test
  void mutatedStreamsAreReadOrRefusedAndNothingElse() {
    int refusals = 0;
    int rounds = 5_000;
    byte[] valid = {};
    for (int seed = 0; seed < rounds; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      if (seed % 100 == 0) {
        valid = validBlocks(seed);
        assertThat(read(valid)).as("seed %s as it was written", seed).isFalse();
      }
      byte[] mutated = mutate(valid, random);
      try {
        refusals += read(mutated) ? 1 : 0;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(refusals).isBetween(rounds / 10, rounds);
  }

  private static byte[] mutate(byte[] valid, SplittableRandom random) {
    // Mostly near the beginning, where the heads are.
    int range = random.nextBoolean() ? valid.length : Math.min(valid.length, 200);
    byte[] bytes = valid.clone();
    for (int n = random.nextInt(1, 5); n > 0; n--) {
      int at = random.nextInt(range);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0);
        case 3 -> {
          int length = Math.min(random.nextInt(1, 9), bytes.length - at);
          System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
        }
        default -> bytes = Arrays.copyOf(bytes, Math.max(range, random.nextInt(bytes.length + 1)));
      }
    }
    return bytes;
  }

  @Test
  void randomFramesAreReadOrRefused() {
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      WireBytes frames = WireBytes.of();
      for (int n = random.nextInt(1, 6); n > 0; n--) {
        byte[] content = new byte[random.nextInt(30)];
        random.nextBytes(content);
        for (int i = 0; i < content.length; i++) {
          content[i] &= (byte) (random.nextInt(3) == 0 ? 0xff : 0x0f);
        }
        frames.raw(frame(random.nextInt(12), body().raw(content)).toArray());
      }
      byte[] content = frames.toArray();
      try {
        read(body().octet(0).varint(content.length).raw(content).toArray());
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }
}
