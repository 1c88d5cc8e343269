package dev.weft.internal.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What both sides say first: who they are and what they can do. A server that does not want the
 * client says why in {@code refusal}, and closes. Credentials are never shown.
 *
 * @param codec the name of the codec
 * @param messageBytesMax the largest payload that this side takes
 * @param refusal why the server refuses the client, or {@code null}; servers only
 * @param refusalKind the kind of that reason
 * @param compressions a client's: the names of those that it offers, the best first; a server's:
 *     the one that it has chosen, or none
 * @param credentials what the client proves its identity with, or {@code null}; clients only
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares credentials
public record Hello(
    String codec,
    int messageBytesMax,
    @Nullable String refusal,
    RefusalKind refusalKind,
    List<String> compressions,
    byte @Nullable [] credentials) {

  /** Bytes of the credentials, at most. */
  public static final int CREDENTIALS_BYTES_MAX = 8 * 1024;

  /** Bytes of a whole hello, at most. */
  public static final int BYTES_MAX = 16 * 1024;

  private static final byte[] MAGIC = "WEFT".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;

  /** Magic, version, length. */
  private static final int HEAD_BYTES = 4 + 1 + 2;

  private static final int NAME_CHARS_MAX = 32;

  private static final int CODEC = 1;
  private static final int MESSAGE_BYTES_MAX = 2;
  private static final int REFUSAL = 3;
  private static final int COMPRESSIONS = 4;
  private static final int CREDENTIALS = 5;
  private static final int REFUSAL_KIND = 6;

  private static final String SEPARATOR = ",";

  /** Without compression and credentials; a refusal is of no special kind. */
  public Hello(String codec, int messageBytesMax, @Nullable String refusal) {
    this(codec, messageBytesMax, refusal, RefusalKind.OTHER, List.of(), null);
  }

  /** The same, but saying why the peer is not wanted. */
  public Hello refusing(String reason) {
    return refusing(RefusalKind.OTHER, reason);
  }

  /** The same, but saying why the peer is not wanted, and what kind of reason that is. */
  public Hello refusing(RefusalKind kind, String reason) {
    return new Hello(codec, messageBytesMax, reason, kind, List.of(), null);
  }

  /** The same, with these compressions. */
  public Hello compressing(List<String> names) {
    return new Hello(codec, messageBytesMax, refusal, refusalKind, names, credentials);
  }

  /** The same, with these credentials. */
  public Hello withCredentials(byte[] bytes) {
    if (bytes.length > CREDENTIALS_BYTES_MAX) {
      throw new IllegalArgumentException(
          "credentials of "
              + bytes.length
              + " bytes are over the limit of "
              + CREDENTIALS_BYTES_MAX);
    }
    return new Hello(codec, messageBytesMax, refusal, refusalKind, compressions, bytes);
  }

  /** As bytes, ready to be sent. */
  public ByteBuffer encode() {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    writeField(fields, CODEC, codec.getBytes(StandardCharsets.UTF_8));
    writeField(fields, MESSAGE_BYTES_MAX, varint(messageBytesMax));
    if (refusal != null) {
      writeField(fields, REFUSAL, FrameWriter.text(refusal));
    }
    if (!compressions.isEmpty()) {
      byte[] names = String.join(SEPARATOR, compressions).getBytes(StandardCharsets.US_ASCII);
      writeField(fields, COMPRESSIONS, names);
    }
    if (refusalKind != RefusalKind.OTHER) {
      writeField(fields, REFUSAL_KIND, varint(refusalKind.number()));
    }
    if (credentials != null) {
      writeField(fields, CREDENTIALS, credentials);
    }
    int length = fields.size();
    return ByteBuffer.allocate(HEAD_BYTES + length)
        .put(MAGIC)
        .put((byte) VERSION)
        .put((byte) length)
        .put((byte) (length >>> 8))
        .put(fields.toByteArray())
        .flip();
  }

  /**
   * Takes the hello from what was received.
   *
   * @param in from position to limit; the position moves behind the hello
   * @return the hello, or {@code null} when not all of it is there yet (the position stays)
   * @throws WireException when the peer does not speak this protocol; the message says what it
   *     speaks, as far as that can be guessed
   */
  public static @Nullable Hello decode(ByteBuffer in) {
    int start = in.position();
    int known = Math.min(in.remaining(), MAGIC.length);
    for (int i = 0; i < known; i++) {
      if (in.get(start + i) != MAGIC[i]) {
        if (in.remaining() < MAGIC.length && !Stranger.isCertain(in)) {
          return null;
        }
        throw new WireException(Stranger.describe(in));
      }
    }
    if (in.remaining() < HEAD_BYTES) {
      return null;
    }
    int version = in.get(start + 4);
    if (version != VERSION) {
      throw new WireException(
          "the peer speaks version " + version + " of the protocol, this side version " + VERSION);
    }
    int length = (in.get(start + 5) & 0xff) | (in.get(start + 6) & 0xff) << 8;
    if (length > BYTES_MAX - HEAD_BYTES) {
      throw new WireException("a hello of " + length + " bytes is over the limit of " + BYTES_MAX);
    }
    if (in.remaining() < HEAD_BYTES + length) {
      return null;
    }
    in.position(start + HEAD_BYTES);
    Hello hello = readFields(in.slice(in.position(), length));
    in.position(start + HEAD_BYTES + length);
    return hello;
  }

  private static Hello readFields(ByteBuffer fields) {
    String codec = "";
    int messageBytesMax = Integer.MAX_VALUE;
    String refusal = null;
    List<String> compressions = List.of();
    RefusalKind refusalKind = RefusalKind.OTHER;
    byte[] credentials = null;
    while (fields.hasRemaining()) {
      int tag = Varint.readInt(fields, Integer.MAX_VALUE, "a hello's field");
      int length = Varint.readInt(fields, BYTES_MAX, "the length of a hello's field");
      if (length > fields.remaining()) {
        throw new WireException("a hello's field is cut off");
      }
      ByteBuffer value = fields.slice(fields.position(), length);
      fields.position(fields.position() + length);
      switch (tag) {
        case CODEC -> codec = readName(value);
        case MESSAGE_BYTES_MAX ->
            messageBytesMax = Varint.readInt(value, Integer.MAX_VALUE, "the message limit");
        case REFUSAL -> refusal = StandardCharsets.UTF_8.decode(value).toString();
        case COMPRESSIONS ->
            // What is not a name is none that this side has.
            compressions =
                List.of(StandardCharsets.ISO_8859_1.decode(value).toString().split(SEPARATOR, -1));
        case REFUSAL_KIND ->
            refusalKind =
                RefusalKind.of(Varint.readInt(value, Integer.MAX_VALUE, "a refusal's kind"));
        case CREDENTIALS -> credentials = readCredentials(value);
        default -> {
          // A later version's: it can be done without.
        }
      }
    }
    return new Hello(codec, messageBytesMax, refusal, refusalKind, compressions, credentials);
  }

  private static byte[] readCredentials(ByteBuffer value) {
    if (value.remaining() > CREDENTIALS_BYTES_MAX) {
      throw new WireException(
          "credentials of "
              + value.remaining()
              + " bytes are over the limit of "
              + CREDENTIALS_BYTES_MAX);
    }
    byte[] bytes = new byte[value.remaining()];
    value.get(bytes);
    return bytes;
  }

  /** Without the credentials: it may end up in a log. */
  @Override
  public String toString() {
    return "Hello[codec="
        + codec
        + ", messageBytesMax="
        + messageBytesMax
        + (refusal == null ? "" : ", refusal=" + refusal + ", refusalKind=" + refusalKind)
        + (credentials == null ? "" : ", with credentials")
        + "]";
  }

  private static String readName(ByteBuffer value) {
    String name = StandardCharsets.UTF_8.decode(value).toString();
    if (!isName(name)) {
      throw new WireException("a codec's name is not of at most 32 printable ASCII characters");
    }
    return name;
  }

  /** Whether a codec may be called so: the other side would refuse another name. */
  public static boolean isName(String name) {
    return name.length() <= NAME_CHARS_MAX && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  private static void writeField(ByteArrayOutputStream out, int tag, byte[] value) {
    out.writeBytes(varint(tag));
    out.writeBytes(varint(value.length));
    out.writeBytes(value);
  }

  private static byte[] varint(long value) {
    ByteBuffer out = ByteBuffer.allocate(Varint.size(value));
    Varint.write(out, value);
    return out.array();
  }

  /** Somebody who does not speak this protocol. */
  private static final class Stranger {

    private static final String[] HTTP = {
      "GET ", "POST", "PUT ", "HEAD", "DELE", "OPTI", "PATC", "CONN", "TRAC", "PRI ", "HTTP"
    };
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int TLS_ALERT = 0x15;
    private static final int SHOWN_BYTES_MAX = 16;

    /** Whether fewer than four bytes suffice: a TLS record, or nothing that resembles the magic. */
    static boolean isCertain(ByteBuffer in) {
      return in.get(in.position()) != MAGIC[0];
    }

    static String describe(ByteBuffer in) {
      byte[] first = new byte[Math.min(in.remaining(), SHOWN_BYTES_MAX)];
      in.get(in.position(), first);
      String text = new String(first, StandardCharsets.ISO_8859_1);
      if (Arrays.stream(HTTP).anyMatch(text::startsWith)) {
        return "the peer speaks HTTP, not Weft";
      }
      if (first[0] == TLS_HANDSHAKE) {
        return "the peer begins a TLS handshake, but this is a plain address (tls:// is the other)";
      }
      if (first[0] == TLS_ALERT) {
        return "the peer answers with a TLS alert: it wants TLS (tls://)";
      }
      return "the peer does not speak Weft; its first bytes are "
          + HexFormat.ofDelimiter(" ").formatHex(first);
    }
  }
}
