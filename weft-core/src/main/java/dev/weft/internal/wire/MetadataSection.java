package dev.weft.internal.wire;

import dev.weft.Metadata;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A call's metadata as requests carry it: the length of what follows, then keys and values in turn,
 * each preceded by its length.
 *
 * <p>Any thread.
 */
public final class MetadataSection {

  /** Of a call without metadata: the section is left out. */
  public static final byte[] NONE = {};

  private MetadataSection() {}

  /** The whole section; {@link #NONE} when there is no metadata. */
  public static byte[] encode(Metadata metadata) {
    if (metadata.isEmpty()) {
      return NONE;
    }
    Map<String, String> entries = metadata.asMap();
    List<byte[]> texts = new ArrayList<>(2 * entries.size());
    entries.forEach((key, value) -> {
      texts.add(key.getBytes(StandardCharsets.UTF_8));
      texts.add(value.getBytes(StandardCharsets.UTF_8));
    });
    int length = 0;
    for (byte[] text : texts) {
      length += Varint.size(text.length) + text.length;
    }
    ByteBuffer section = ByteBuffer.allocate(Varint.size(length) + length);
    Varint.write(section, length);
    for (byte[] text : texts) {
      Varint.write(section, text.length);
      section.put(text);
    }
    return section.array();
  }

  /**
   * Takes a section from a peer's bytes.
   *
   * @throws WireException when it breaks one of the limits, or the rules for keys
   */
  static Metadata read(ByteBuffer in) {
    int frameEnd = in.limit();
    int length = readLength(in);
    in.limit(in.position() + length);
    try {
      Map<String, String> entries = new LinkedHashMap<>();
      while (in.hasRemaining()) {
        if (entries.size() == Metadata.ENTRIES_MAX) {
          throw new WireException("metadata has more than " + Metadata.ENTRIES_MAX + " entries");
        }
        String key = readText(in, Metadata.KEY_CHARS_MAX, "a metadata key");
        String value = readText(in, Metadata.BYTES_MAX, "a metadata value");
        if (entries.put(key, value) != null) {
          throw new WireException("a metadata key stands twice");
        }
      }
      return Metadata.of(entries);
    } catch (IllegalArgumentException e) {
      throw new WireException(String.valueOf(e.getMessage()));
    } finally {
      in.limit(frameEnd);
    }
  }

  private static int readLength(ByteBuffer in) {
    int length = Varint.readInt(in, Frame.METADATA_BYTES_MAX, "the length of metadata");
    if (length > in.remaining()) {
      throw new WireException("metadata is cut off");
    }
    return length;
  }

  private static String readText(ByteBuffer in, int max, String what) {
    int length = Varint.readInt(in, max, what + "'s length");
    if (length > in.remaining()) {
      throw new WireException(what + " is cut off");
    }
    ByteBuffer bytes = in.slice(in.position(), length);
    in.position(in.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new WireException(what + " is not UTF-8");
    }
  }
}
