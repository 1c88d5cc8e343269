package dev.weft.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Executed;
import dev.weft.Metadata;
import dev.weft.spi.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A {@link FrameWriter} and a {@link FrameReader}, block by block. */
final class FrameRoundTripTest {

  private static final int MESSAGE_BYTES_MAX = 1 << 20;

  private final ByteBuffer block =
      ByteBuffer.allocate(Block.HEADER_BYTES_MAX + Block.BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
  private final FrameWriter writer = new FrameWriter(block);
  private final RecordedFrames found = new RecordedFrames();
  private FrameReader reader = new FrameReader(found, MESSAGE_BYTES_MAX);
  private final MethodName echo = new MethodName("echo", 0);
  private final MethodName other = new MethodName("other", 7);

  FrameRoundTripTest() {
    newBlock();
  }

  private void newBlock() {
    block.clear().position(Block.HEADER_BYTES_MAX);
  }

  /** Seals the block, opens and reads it, and begins the next. */
  private int carry() {
    Block.seal(block);
    int length = Block.open(block);
    assertThat(length).isEqualTo(block.remaining());
    int frames = reader.read(block);
    newBlock();
    return frames;
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What is in a payload that holds a byte of its own, and then lent ones. */
  private static Payload lending(byte[] lent) {
    Payload payload = new Payload();
    payload.takesLoans(true);
    payload.write(7);
    assertThat(payload.lend(lent)).isTrue();
    payload.loan().beginReading();
    return payload;
  }

  private static boolean isRead(Payload payload, byte[] lent) {
    payload.loan().takeBack(); // leaves a copy if somebody still reads
    byte old = lent[0];
    lent[0] = (byte) ~old;
    boolean hasCopy = payload.toByteArray()[1] == old;
    lent[0] = old;
    return hasCopy;
  }

  @Test
  void lentBytesArriveAndAreNotReadAnyMoreThen() {
    for (int length : new int[] {20_000, 65_530, 500_000}) {
      byte[] lent = bytes(length);
      Payload payload = lending(lent);
      found.lines.clear();
      writer.request(3, echo, 100, payload);
      do {
        writer.fragment();
        carry();
      } while (writer.isFragmenting());
      assertThat(found.lines)
          .last()
          .asString()
          .endsWith(RecordedFrames.show(payload.toByteArray()));
      assertThat(isRead(payload, lent)).as("%s bytes are still read", length).isFalse();
    }
  }

  @Test
  void lentBytesOfACancelledRequestAreNotReadAnyMore() {
    byte[] lent = bytes(500_000);
    Payload payload = lending(lent);
    writer.request(3, echo, 100, payload);
    assertThat(writer.fragment()).isTrue();
    assertThat(isRead(payload, lent)).isTrue();
    carry();
    payload = lending(lent);
    assertThat(writer.cancel(3)).isTrue();
    carry();
    writer.request(4, echo, 100, payload);
    assertThat(writer.fragment()).isTrue();
    writer.dropBig();
    assertThat(isRead(payload, lent)).isFalse();
  }

  @Test
  void everyKindArrivesAsItWasSent() {
    writer.request(0, echo, 0, Payload.of(bytes(0)));
    writer.request((1L << 47) - 1, other, Frame.TIMEOUT_MILLIS_MAX, Payload.of(bytes(300)));
    writer.request(70_000, echo, 1, Payload.of(bytes(1)));
    writer.oneWay(other, Payload.of(bytes(10)));
    writer.response(5, Payload.of(bytes(127)));
    writer.response(6, Payload.of(bytes(0)));
    writer.error(
        7,
        ErrorCode.DECLARED,
        Executed.YES,
        text("java.lang.X"),
        text("wörds"),
        Payload.of(bytes(20)));
    writer.error(8, ErrorCode.OVERLOADED, Executed.NO, text(""), text(""), Payload.of(bytes(0)));
    writer.error(9, ErrorCode.UNKNOWN, Executed.MAYBE, text("t"), text(""), Payload.of(bytes(0)));
    writer.cancel(123_456_789_012L);
    writer.pingOrPong(true, Long.MIN_VALUE);
    writer.pingOrPong(false, 0x0102030405060708L);
    writer.goAway(text("a restart"));

    assertThat(carry()).isEqualTo(13);

    assertThat(found.lines)
        .containsExactly(
            "method 0 is echo",
            "request 0 of 0 in 0: " + RecordedFrames.show(bytes(0)),
            "method 1 is other",
            "request 140737488355327 of 1 in 604800000: " + RecordedFrames.show(bytes(300)),
            "request 70000 of 0 in 1: " + RecordedFrames.show(bytes(1)),
            "one-way of 1: " + RecordedFrames.show(bytes(10)),
            "response 5: " + RecordedFrames.show(bytes(127)),
            "response 6: " + RecordedFrames.show(bytes(0)),
            "error 7 DECLARED YES <java.lang.X> <wörds>: " + RecordedFrames.show(bytes(20)),
            "error 8 OVERLOADED NO <> <>: " + RecordedFrames.show(bytes(0)),
            "error 9 UNKNOWN MAYBE <t> <>: " + RecordedFrames.show(bytes(0)),
            "cancel 123456789012",
            "ping -9223372036854775808",
            "pong 72623859790382856",
            "go away: a restart");
  }

  @Test
  void aBlockOfManyFramesCanBeReadInParts() {
    int count = 1000;
    for (int i = 0; i < count; i++) {
      writer.cancel(i);
    }
    Block.seal(block);
    Block.open(block);
    int messages = reader.readSome(block);
    assertThat(messages).isBetween(1, count / 4);
    assertThat(found.lines).hasSize(messages);
    while (block.hasRemaining()) {
      messages += reader.readSome(block);
    }
    assertThat(messages).isEqualTo(count);
    assertThat(found.lines).hasSize(count).endsWith("cancel 999");
  }

  private static byte[] section(Metadata metadata) {
    return MetadataSection.encode(metadata);
  }

  /** As much as there may be. */
  private static Metadata fullMetadata() {
    Map<String, String> entries = new HashMap<>();
    for (int i = 0; i < Metadata.ENTRIES_MAX; i++) {
      entries.put(String.format("%064d", i), "v".repeat(64));
    }
    return Metadata.of(entries);
  }

  @Test
  void metadataArrives() {
    writer.request(1, echo, 5, section(Metadata.of("tenant", "blau ü")), Payload.of(bytes(3)));
    writer.oneWay(
        echo, section(Metadata.of("a", "").with("b.c-d_9", "x".repeat(200))), Payload.of(bytes(0)));
    writer.request(2, echo, 5, section(Metadata.EMPTY), Payload.of(bytes(3)));
    carry();
    assertThat(found.lines)
        .containsExactly(
            "method 0 is echo",
            "request 1 of 0 in 5 with {tenant=blau ü}: " + RecordedFrames.show(bytes(3)),
            "one-way of 0 with {a=, b.c-d_9=" + "x".repeat(200) + "}: 0 bytes 0",
            "request 2 of 0 in 5: " + RecordedFrames.show(bytes(3)));
  }

  @Test
  void aCallWithoutMetadataHasNotAByteOfIt() {
    writer.request(1, echo, 5, Payload.of(bytes(3)));
    carry();
    int before = block.position();
    writer.request(1, echo, 5, section(Metadata.EMPTY), Payload.of(bytes(3)));
    assertThat(block.position() - before).isEqualTo(2 + 3 + 3);
  }

  @Test
  void bigMessagesCarryMetadataToo() {
    Metadata full = fullMetadata();
    writer.request(1, echo, 5, section(full), Payload.of(bytes(100_000)));
    sendBig();
    assertThat(found.lines)
        .containsExactly(
            "method 0 is echo",
            "request 1 of 0 in 5 with " + full + ": " + RecordedFrames.show(bytes(100_000)));
  }

  @Test
  void everyErrorCodeArrives() {
    for (ErrorCode code : ErrorCode.values()) {
      writer.error(1, code, Executed.NO, text(""), text(""), Payload.of(bytes(0)));
    }
    carry();
    assertThat(found.lines).hasSize(ErrorCode.values().length);
    assertThat(found.lines)
        .isEqualTo(
            Arrays.stream(ErrorCode.values())
                .map(code -> "error 1 " + code + " NO <> <>: 0 bytes 0")
                .toList());
  }

  @Test
  void aMethodIsNamedOncePerConnection() {
    for (int i = 0; i < 100; i++) {
      writer.request(i, i % 2 == 0 ? echo : other, 5, Payload.of(bytes(3)));
      carry();
    }
    assertThat(found.lines.stream().filter(line -> line.startsWith("method")))
        .containsExactly("method 0 is echo", "method 1 is other");
    assertThat(found.lines).hasSize(102);
  }

  @Test
  void allMethodsThatThereMayBeCanBeNumbered() {
    for (int i = 0; i < Frame.METHODS_MAX; i++) {
      // Backwards, so that numbers and indexes differ.
      MethodName name = new MethodName("method " + i, Frame.METHODS_MAX - 1 - i);
      writer.request(1, name, 0, Payload.of(bytes(0)));
      carry();
      writer.request(2, name, 0, Payload.of(bytes(0)));
      carry();
    }
    assertThat(found.lines).hasSize(3 * Frame.METHODS_MAX);
    assertThat(found.lines.get(found.lines.size() - 1)).startsWith("request 2 of 4095 in 0");
  }

  @Test
  void theBoundOfAFramesBytesHolds() {
    MethodName name = new MethodName("n".repeat(Frame.METHOD_NAME_BYTES_MAX), 4095);
    for (int payload : new int[] {0, 1, 127, 128, 16_000, 60_000}) {
      int before = block.position();
      writer.request(Long.MAX_VALUE, name, Frame.TIMEOUT_MILLIS_MAX, Payload.of(bytes(payload)));
      assertThat((long) block.position() - before)
          .isLessThanOrEqualTo(FrameWriter.frameBytesMax(payload, name.length()));
      newBlock();
    }
    byte[] type = bytes(Frame.TEXT_BYTES_MAX);
    writer.error(
        Long.MAX_VALUE, ErrorCode.FAILED, Executed.YES, type, type, Payload.of(bytes(50_000)));
    assertThat((long) block.position() - Block.HEADER_BYTES_MAX)
        .isLessThanOrEqualTo(FrameWriter.frameBytesMax(50_000, 2 * type.length));
  }

  @Test
  void aFrameThatJustFitsIsNotCutAndOneByteMoreIs() {
    // Kind, 3 bytes of length, 1 byte of call id.
    int fits = Block.BYTES_MAX - 5;
    writer.response(9, Payload.of(bytes(fits)));
    assertThat(writer.isFragmenting()).isFalse();
    assertThat(block.remaining()).isZero();
    assertThat(carry()).isEqualTo(1);

    writer.response(9, Payload.of(bytes(fits + 1)));
    assertThat(writer.isFragmenting()).isTrue();
    assertThat(writer.fragment()).isTrue();
    carry();
    assertThat(writer.fragment()).isTrue();
    assertThat(writer.isFragmenting()).isFalse();
    carry();

    assertThat(found.lines)
        .containsExactly(
            "response 9: " + RecordedFrames.show(bytes(fits)),
            "response 9: " + RecordedFrames.show(bytes(fits + 1)));
  }

  @Test
  void bigFramesOfAllSizesAroundTheBoundariesArrive() {
    List<String> expected = new ArrayList<>();
    int id = 0;
    for (int blocks = 1; blocks <= 3; blocks++) {
      for (int more = -100; more <= 100; more += more > -50 && more < 50 ? 1 : 10) {
        byte[] payload = bytes(blocks * Block.BYTES_MAX + more);
        writer.response(id, Payload.of(payload));
        while (writer.isFragmenting()) {
          if (writer.fragment()) {
            carry();
          }
        }
        if (block.position() > Block.HEADER_BYTES_MAX) {
          carry();
        }
        expected.add("response " + id + ": " + RecordedFrames.show(payload));
        id++;
      }
    }
    assertThat(found.lines).isEqualTo(expected);
  }

  @Test
  void smallFramesGoInBetweenThePiecesOfABigOne() {
    byte[] big = bytes(300_000);
    writer.oneWay(echo, Payload.of(bytes(0)));
    writer.oneWay(other, Payload.of(bytes(0)));
    carry();
    found.lines.clear();

    writer.request(1, echo, 0, Payload.of(big));
    int blocks = 0;
    while (writer.isFragmenting()) {
      writer.response(blocks, Payload.of(bytes(60_000)));
      writer.request(100 + blocks, other, 0, Payload.of(bytes(1)));
      writer.pingOrPong(true, blocks);
      assertThat(writer.fragment()).isTrue();
      carry();
      blocks++;
    }

    assertThat(blocks).isGreaterThan(50);
    assertThat(found.lines).hasSize(3 * blocks + 1);
    assertThat(found.lines.get(3 * blocks))
        .isEqualTo("request 1 of 0 in 0: " + RecordedFrames.show(big));
  }

  @Test
  void aPieceThatIsNotWorthItsHeaderWaitsForTheNextBlock() {
    writer.response(1, Payload.of(bytes(100_000)));
    writer.response(2, Payload.of(bytes(Block.BYTES_MAX - 300)));
    assertThat(writer.fragment()).isFalse();
    assertThat(writer.isFragmenting()).isTrue();
    carry();
    assertThat(writer.fragment()).isTrue();
    carry();
    assertThat(writer.fragment()).isTrue();
    carry();
    assertThat(found.lines).hasSize(2);
  }

  @Test
  void aMethodNamedByABigRequestCanBeUsedBySmallOnesInBetween() {
    byte[] big = bytes(200_000);
    writer.request(1, echo, 0, Payload.of(big));
    int blocks = 0;
    do {
      writer.request(10 + blocks, echo, 0, Payload.of(bytes(1)));
      writer.oneWay(other, Payload.of(bytes(2)));
      writer.fragment();
      carry();
      blocks++;
    } while (writer.isFragmenting());
    assertThat(found.lines)
        .contains(
            "request 1 of 0 in 0: " + RecordedFrames.show(big),
            "request 10 of 0 in 0: " + RecordedFrames.show(bytes(1)));
    assertThat(found.lines.stream().filter(line -> line.startsWith("method"))).hasSize(2);
  }

  @Test
  void cancellingTheBigRequestAbortsIt() {
    writer.request(1, echo, 0, Payload.of(bytes(200_000)));
    assertThat(writer.fragment()).isTrue();
    carry();
    writer.cancel(1);
    assertThat(writer.isFragmenting()).isFalse();
    assertThat(writer.fragment()).isFalse();
    writer.request(2, echo, 0, Payload.of(bytes(150_000)));
    sendBig();
    assertThat(found.lines)
        .containsExactly(
            "method 0 is echo", "request 2 of 0 in 0: " + RecordedFrames.show(bytes(150_000)));
  }

  @Test
  void cancellingTheBigRequestBeforeItsFirstPieceLeavesNoTrace() {
    writer.oneWay(echo, Payload.of(bytes(0)));
    writer.request(1, echo, 0, Payload.of(bytes(200_000)));
    writer.cancel(1);
    writer.response(2, Payload.of(bytes(150_000)));
    sendBig();
    assertThat(found.lines)
        .containsExactly(
            "method 0 is echo",
            "one-way of 0: " + RecordedFrames.show(bytes(0)),
            "response 2: " + RecordedFrames.show(bytes(150_000)));
  }

  @Test
  void cancellingTheBigRequestWithSmallOnesInBetweenAbortsIt() {
    writer.request(1, echo, 0, Payload.of(bytes(200_000)));
    assertThat(writer.fragment()).isTrue();
    carry();
    writer.request(2, echo, 0, Payload.of(bytes(1)));
    writer.response(3, Payload.of(bytes(1)));
    writer.oneWay(echo, Payload.of(bytes(1)));
    writer.cancel(1);
    assertThat(writer.isFragmenting()).isFalse();
    carry();
    writer.request(4, echo, 0, Payload.of(bytes(150_000)));
    sendBig();
    assertThat(found.lines)
        .containsExactly(
            "method 0 is echo",
            "request 2 of 0 in 0: " + RecordedFrames.show(bytes(1)),
            "response 3: " + RecordedFrames.show(bytes(1)),
            "one-way of 0: " + RecordedFrames.show(bytes(1)),
            "request 4 of 0 in 0: " + RecordedFrames.show(bytes(150_000)));
  }

  @Test
  void cancellingASmallRequestLeavesTheBigOneAlone() {
    byte[] big = bytes(200_000);
    writer.request(1, echo, 0, Payload.of(big));
    assertThat(writer.fragment()).isTrue();
    carry();
    writer.request(2, echo, 0, Payload.of(bytes(1)));
    writer.cancel(2);
    assertThat(writer.isFragmenting()).isTrue();
    sendBig();
    assertThat(found.lines)
        .containsExactly(
            "method 0 is echo",
            "request 2 of 0 in 0: " + RecordedFrames.show(bytes(1)),
            "cancel 2",
            "request 1 of 0 in 0: " + RecordedFrames.show(big));
  }

  @Test
  void aBigResponseIsNotAbortedByTheCancellationOfARequestWithItsId() {
    byte[] big = bytes(200_000);
    writer.request(1, echo, 0, Payload.of(bytes(1)));
    writer.response(1, Payload.of(big));
    writer.cancel(1);
    sendBig();
    assertThat(found.lines)
        .containsExactly(
            "method 0 is echo",
            "request 1 of 0 in 0: " + RecordedFrames.show(bytes(1)),
            "cancel 1",
            "response 1: " + RecordedFrames.show(big));
  }

  @Test
  void whatIsDroppedLeavesNoTrace() {
    writer.response(1, Payload.of(bytes(200_000)));
    assertThat(writer.isFragmenting()).isTrue();
    writer.dropBig();
    assertThat(writer.isFragmenting()).isFalse();
    assertThat(writer.fragment()).isFalse();
    writer.response(2, Payload.of(bytes(5)));
    carry();
    assertThat(found.lines).containsExactly("response 2: " + RecordedFrames.show(bytes(5)));
  }

  @Test
  void tooBigMessagesAreToldByTheirHeadAndTheConnectionGoesOn() {
    reader = new FrameReader(found, 10);
    int tooBig = 100_000;
    writer.request(1, echo, 0, Payload.of(bytes(tooBig)));
    sendBig();
    writer.oneWay(other, Payload.of(bytes(tooBig)));
    sendBig();
    writer.response(3, Payload.of(bytes(tooBig)));
    sendBig();
    writer.error(
        4, ErrorCode.DECLARED, Executed.YES, text("t"), text("m"), Payload.of(bytes(tooBig)));
    sendBig();
    writer.request(5, echo, 0, Payload.of(bytes(10)));
    carry();
    writer.oneWay(other, Payload.of(bytes(1)));
    carry();
    assertThat(found.lines)
        .containsExactly(
            "method 0 is echo",
            "oversized request 1 of 0",
            "method 1 is other",
            "oversized one-way of 1",
            "oversized response 3",
            "oversized response 4",
            "request 5 of 0 in 0: " + RecordedFrames.show(bytes(10)),
            "one-way of 1: " + RecordedFrames.show(bytes(1)));
  }

  private void sendBig() {
    do {
      writer.fragment();
      carry();
    } while (writer.isFragmenting());
  }

  @Test
  void tooBigMessagesInOneBlockAreToldToo() {
    reader = new FrameReader(found, 10);
    writer.request(1, echo, 7, Payload.of(bytes(20_000)));
    writer.oneWay(echo, Payload.of(bytes(20_000)));
    writer.response(2, Payload.of(bytes(20_000)));
    writer.request(3, echo, 7, Payload.of(bytes(0)));
    carry();
    assertThat(found.lines)
        .containsExactly(
            "method 0 is echo",
            "oversized request 1 of 0",
            "oversized one-way of 0",
            "oversized response 2",
            "request 3 of 0 in 7: " + RecordedFrames.show(bytes(0)));
  }

  @Test
  void theLimitOfAMessageIsThatOfItsPayload() {
    reader = new FrameReader(found, 1000);
    writer.response(1, Payload.of(bytes(1000)));
    writer.response(2, Payload.of(bytes(1001)));
    writer.request(3, echo, 0, Payload.of(bytes(1000)));
    writer.request(4, echo, 0, Payload.of(bytes(1001)));
    writer.oneWay(echo, Payload.of(bytes(1001)));
    carry();
    assertThat(found.lines)
        .containsExactly(
            "response 1: " + RecordedFrames.show(bytes(1000)),
            "oversized response 2",
            "method 0 is echo",
            "request 3 of 0 in 0: " + RecordedFrames.show(bytes(1000)),
            "oversized request 4 of 0",
            "oversized one-way of 0");
  }

  @Test
  void inTheLeastRoomForItABigRequestBeginsWithItsNameAndItsWholeHead() {
    reader = new FrameReader(found, 1000);
    MethodName longName = new MethodName("n".repeat(Frame.METHOD_NAME_BYTES_MAX), 3);
    int room = FrameWriter.BEGIN_BYTES_MAX;
    writer.response(1, Payload.of(bytes(block.remaining() - room - 5)));
    assertThat(block.remaining()).isEqualTo(room);
    writer.request(
        Long.MAX_VALUE,
        longName,
        Frame.TIMEOUT_MILLIS_MAX,
        section(fullMetadata()),
        Payload.of(bytes(100_000)));
    sendBig();
    writer.request(3, longName, 0, Payload.of(bytes(1)));
    carry();
    assertThat(found.lines)
        .containsExactly(
            "oversized response 1",
            "method 0 is " + longName,
            "oversized request 9223372036854775807 of 0",
            "request 3 of 0 in 0: " + RecordedFrames.show(bytes(1)));
  }

  @Test
  void longTextsAreCutToWhatAFrameMayCarry() {
    assertThat(FrameWriter.text("short")).isEqualTo(text("short"));
    for (String sign : new String[] {"a", "ü", "語", "😀"}) {
      byte[] cut = FrameWriter.text(sign.repeat(10_000));
      assertThat(cut.length).isBetween(1000, Frame.TEXT_BYTES_MAX);
      assertThat(new String(cut, StandardCharsets.UTF_8)).startsWith(sign);
      writer.error(1, ErrorCode.FAILED, Executed.YES, cut, cut, Payload.of(bytes(0)));
      carry();
    }
    assertThat(found.lines).hasSize(4);
  }

  @Test
  void whatOnlyTheOtherSideMaySendIsRefused() {
    FrameHandler neither = token -> {};
    FrameReader strict = new FrameReader(neither, 100);
    List<Runnable> frames =
        List.of(
            () -> writer.request(1, new MethodName("m", 1), 0, Payload.of(bytes(1))),
            () -> writer.oneWay(new MethodName("n", 2), Payload.of(bytes(1))),
            () -> writer.response(1, Payload.of(bytes(1))),
            () ->
                writer.error(
                    1, ErrorCode.FAILED, Executed.NO, bytes(0), bytes(0), Payload.of(bytes(0))),
            () -> writer.cancel(1),
            () -> writer.response(1, Payload.of(bytes(20_000))));
    for (Runnable frame : frames) {
      newBlock();
      frame.run();
      Block.seal(block);
      Block.open(block);
      assertThatThrownBy(() -> strict.read(block))
          .isInstanceOf(WireException.class)
          .hasMessageEndingWith("came from the wrong side");
    }
    newBlock();
    writer.pingOrPong(true, 1);
    writer.pingOrPong(false, 1);
    writer.goAway(text("x"));
    Block.seal(block);
    Block.open(block);
    assertThat(strict.read(block)).isEqualTo(3);
  }
}
