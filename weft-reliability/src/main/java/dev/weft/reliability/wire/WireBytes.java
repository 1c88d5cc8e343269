package dev.weft.reliability.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * Bytes as {@code docs/WIRE.md} says, put together by hand: nothing is checked, so they can be as
 * wrong as is wanted. One thread.
 */
public final class WireBytes {

  public static final int REQUEST = 1;
  public static final int ONE_WAY = 2;
  public static final int RESPONSE = 3;
  public static final int ERROR = 4;
  public static final int CANCEL = 5;
  public static final int PING = 6;
  public static final int PONG = 7;
  public static final int GO_AWAY = 8;
  public static final int FRAGMENT = 9;
  public static final int METHOD = 10;

  private static final byte[] MAGIC_AND_VERSION = "WEFT\1".getBytes(UTF_8);
  private static final int CODEC = 1;
  private static final int COMPRESSIONS = 4;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** None. */
  public WireBytes() {}

  /** A client's hello. {@code compressions}: empty for none. */
  public static byte[] hello(String codec, String compressions) {
    WireBytes fields = new WireBytes().write(CODEC).text(codec);
    if (!compressions.isEmpty()) {
      fields.write(COMPRESSIONS).text(compressions);
    }
    return new WireBytes()
        .bytes(MAGIC_AND_VERSION)
        .write(fields.size())
        .write(fields.size() >>> 8)
        .bytes(fields.toByteArray())
        .toByteArray();
  }

  /** A block that is not compressed. */
  public static byte[] block(byte[] frames) {
    return new WireBytes().write(0).varint(frames.length).bytes(frames).toByteArray();
  }

  /** The frame that names a method. */
  public static byte[] method(int number, String name) {
    return new WireBytes()
        .frame(METHOD, new WireBytes().varint(number).text(name).toByteArray())
        .toByteArray();
  }

  /** A request without metadata. */
  public static byte[] request(long callId, int method, int timeoutMillis, byte... payload) {
    byte[] body =
        new WireBytes()
            .varint(callId)
            .varint((long) method << 2)
            .varint(timeoutMillis)
            .bytes(payload)
            .toByteArray();
    return new WireBytes().frame(REQUEST, body).toByteArray();
  }

  /** A frame. */
  public WireBytes frame(int kind, byte[] body) {
    return write(kind).varint(body.length).bytes(body);
  }

  /** The lowest eight bits. */
  public WireBytes write(int b) {
    bytes.write(b);
    return this;
  }

  /** These. */
  public WireBytes bytes(byte[] more) {
    bytes.writeBytes(more);
    return this;
  }

  /** A number of 7 bits a byte. */
  public WireBytes varint(long value) {
    long rest = value;
    for (; rest > 0x7f; rest >>>= 7) {
      bytes.write((int) (rest | 0x80));
    }
    return write((int) rest);
  }

  /** A length and UTF-8. */
  public WireBytes text(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    return varint(utf8.length).bytes(utf8);
  }

  /** How many there are. */
  public int size() {
    return bytes.size();
  }

  /** All. */
  public byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
