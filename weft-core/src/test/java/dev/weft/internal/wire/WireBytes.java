package dev.weft.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes of the wire, put together by hand. */
final class WireBytes {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  static WireBytes of() {
    return new WireBytes();
  }

  /** A whole frame. */
  static WireBytes frame(int kind, WireBytes body) {
    byte[] content = body.toArray();
    return of().octet(kind).varint(content.length).raw(content);
  }

  WireBytes octet(int value) {
    bytes.write(value);
    return this;
  }

  WireBytes varint(long value) {
    ByteBuffer out = ByteBuffer.allocate(10);
    Varint.write(out, value);
    bytes.write(out.array(), 0, out.position());
    return this;
  }

  WireBytes raw(byte[] more) {
    bytes.write(more, 0, more.length);
    return this;
  }

  WireBytes text(String ascii) {
    return raw(ascii.getBytes(UTF_8));
  }

  WireBytes counted(String ascii) {
    return varint(ascii.getBytes(UTF_8).length).text(ascii);
  }

  byte[] toArray() {
    return bytes.toByteArray();
  }

  /** As a reader has it: little-endian, from the first byte to the last. */
  ByteBuffer toBuffer() {
    return ByteBuffer.wrap(toArray()).order(ByteOrder.LITTLE_ENDIAN);
  }
}
