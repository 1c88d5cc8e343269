package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@link Metadata} by itself. */
final class MetadataLimitsTest {

  private static Map<String, String> entries(int count) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      entries.put("key-" + i, "v");
    }
    return entries;
  }

  private static void refused(Map<String, String> entries, String message) {
    assertThatThrownBy(() -> Metadata.of(entries))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void entriesAreAddedReplacedAndRemoved() {
    Metadata metadata = Metadata.of("a", "1").with("b", "2").with("a", "3");
    assertThat(metadata.asMap()).containsExactly(Map.entry("a", "3"), Map.entry("b", "2"));
    assertThat(metadata.get("a")).hasValue("3");
    assertThat(metadata.get("c")).isEmpty();
    assertThat(metadata.without("a")).isEqualTo(Metadata.of("b", "2"));
    assertThat(metadata.without("a").without("b")).isSameAs(Metadata.EMPTY);
    assertThat(metadata.without("c")).isSameAs(metadata);
    assertThat(metadata.with(Metadata.of("b", "4")).get("b")).hasValue("4");
    assertThat(metadata.get("b")).hasValue("2");
    assertThat(metadata).hasToString("{a=3, b=2}").hasSameHashCodeAs(Metadata.of(metadata.asMap()));
  }

  @Test
  void itCannotBeChanged() {
    Map<String, String> map = new LinkedHashMap<>(Map.of("a", "1"));
    Metadata metadata = Metadata.of(map);
    map.put("b", "2");
    assertThat(metadata.asMap()).hasSize(1);
    assertThatThrownBy(() -> metadata.asMap().put("b", "2"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void entriesAreBounded() {
    assertThat(Metadata.of(entries(64)).asMap()).hasSize(64);
    refused(entries(65), "metadata of 65 entries is over the limit of 64");
  }

  @Test
  void bytesAreBounded() {
    assertThat(Metadata.of("k", "ü".repeat(4095)).asMap()).hasSize(1);
    refused(Map.of("k", "ü".repeat(4096)), "metadata of 8193 bytes is over the limit of 8192");
    refused(Map.of("k", "x".repeat(8192)), "metadata of 8193 bytes is over the limit of 8192");
  }

  @Test
  void keysAreLowerCaseAscii() {
    assertThat(Metadata.of("a".repeat(64), "").isEmpty()).isFalse();
    refused(Map.of("", "v"), "a metadata key has 0 characters, not 1 to 64");
    refused(Map.of("a".repeat(65), "v"), "a metadata key has 65 characters, not 1 to 64");
    refused(
        Map.of("traceId", "v"), "a metadata key has 'I' at 5; it may have a to z, digits, - _ .");
    refused(
        Map.of("ä", "v"),
        "a metadata key has character 228 at 0; it may have a to z, digits, - _ .");
    refused(
        Map.of("a b", "v"),
        "a metadata key has character 32 at 1; it may have a to z, digits, - _ .");
  }
}
