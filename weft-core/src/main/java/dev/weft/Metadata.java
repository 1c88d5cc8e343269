package dev.weft;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Small texts that travel with a call beside its arguments: the id of a trace, a tenant, a token.
 *
 * <p>They are sent with {@link CallOptions#withMetadata(String, String)} or by a {@link
 * dev.weft.spi.ClientInterceptor}, and found in {@link CallContext#metadata()}. A call without
 * metadata costs nothing for it.
 *
 * <p>Keys have 1 to {@value #KEY_CHARS_MAX} characters: the letters a to z, digits, {@code - _ .};
 * values are any text. There are at most {@value #ENTRIES_MAX} entries, which together take at most
 * {@value #BYTES_MAX} bytes in UTF-8, keys included. What a server receives comes from its peer:
 * quote values before they go into a log or a query.
 *
 * <p>Immutable. Any thread.
 */
public final class Metadata {

  /** The most entries that there can be. */
  public static final int ENTRIES_MAX = 64;

  /** The most bytes of all keys and values together, in UTF-8. */
  public static final int BYTES_MAX = 8 * 1024;

  /** The most characters of a key. */
  public static final int KEY_CHARS_MAX = 64;

  /** No metadata. */
  public static final Metadata EMPTY = new Metadata(Map.of());

  private final Map<String, String> entries;

  private Metadata(Map<String, String> entries) {
    this.entries = entries;
  }

  /**
   * One entry.
   *
   * @throws IllegalArgumentException when it breaks one of the limits; the message says which
   */
  public static Metadata of(String key, String value) {
    return EMPTY.with(key, value);
  }

  /**
   * These entries, in their order.
   *
   * @throws IllegalArgumentException when they break one of the limits; the message says which
   */
  public static Metadata of(Map<String, String> entries) {
    return entries.isEmpty() ? EMPTY : checked(new LinkedHashMap<>(entries));
  }

  /**
   * This metadata and one more entry, which replaces the value that the key had.
   *
   * @throws IllegalArgumentException when that breaks one of the limits; the message says which
   */
  public Metadata with(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(entries);
    more.put(requireNonNull(key, "key is null"), value);
    return checked(more);
  }

  /**
   * This metadata and all of the other, whose values replace those of the same keys.
   *
   * @throws IllegalArgumentException when that breaks one of the limits; the message says which
   */
  public Metadata with(Metadata other) {
    if (other.isEmpty()) {
      return this;
    }
    Map<String, String> more = new LinkedHashMap<>(entries);
    more.putAll(other.entries);
    return checked(more);
  }

  /** This metadata without the key. */
  public Metadata without(String key) {
    if (!entries.containsKey(key)) {
      return this;
    }
    Map<String, String> fewer = new LinkedHashMap<>(entries);
    fewer.remove(key);
    return fewer.isEmpty() ? EMPTY : new Metadata(Collections.unmodifiableMap(fewer));
  }

  private static Metadata checked(Map<String, String> entries) {
    if (entries.size() > ENTRIES_MAX) {
      throw new IllegalArgumentException(
          "metadata of " + entries.size() + " entries is over the limit of " + ENTRIES_MAX);
    }
    long bytes = 0;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      String key = checkKey(entry.getKey());
      String value = requireNonNull(entry.getValue(), () -> "metadata \"" + key + "\" is null");
      // Its length first: what is far too long need not be encoded to find that out.
      bytes += key.length() + value.length();
      if (bytes <= BYTES_MAX) {
        bytes += value.getBytes(StandardCharsets.UTF_8).length - value.length();
      }
    }
    if (bytes > BYTES_MAX) {
      throw new IllegalArgumentException(
          "metadata of " + bytes + " bytes is over the limit of " + BYTES_MAX);
    }
    return new Metadata(Collections.unmodifiableMap(entries));
  }

  private static String checkKey(String key) {
    requireNonNull(key, "a metadata key is null");
    if (key.isEmpty() || key.length() > KEY_CHARS_MAX) {
      throw new IllegalArgumentException(
          "a metadata key has " + key.length() + " characters, not 1 to " + KEY_CHARS_MAX);
    }
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      if (!allowed) {
        throw new IllegalArgumentException(
            "a metadata key has "
                + (c > ' ' && c < 0x7f ? "'" + c + "'" : "character " + (int) c)
                + " at "
                + i
                + "; it may have a to z, digits, - _ .");
      }
    }
    return key;
  }

  /** The value of a key, if it is there. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** Whether there are no entries. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** All entries, in the order in which they were added; cannot be changed. */
  public Map<String, String> asMap() {
    return entries;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Metadata metadata && entries.equals(metadata.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
