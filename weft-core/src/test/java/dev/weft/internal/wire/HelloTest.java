package dev.weft.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HelloTest {

  private static WireBytes head(int version, int length) {
    return WireBytes.of().text("WEFT").octet(version).octet(length).octet(length >>> 8);
  }

  private static WireBytes hello(WireBytes fields) {
    byte[] bytes = fields.toArray();
    return head(1, bytes.length).raw(bytes);
  }

  private static WireBytes field(int tag, WireBytes value) {
    byte[] bytes = value.toArray();
    return WireBytes.of().varint(tag).varint(bytes.length).raw(bytes);
  }

  private static void refused(WireBytes bytes, String message) {
    assertThatThrownBy(() -> Hello.decode(bytes.toBuffer()))
        .isInstanceOf(WireException.class)
        .hasMessage(message);
  }

  @Test
  void whatIsSaidIsUnderstood() {
    Hello plain = new Hello("fory-1", 64 << 20, null);
    assertThat(Hello.decode(plain.encode())).isEqualTo(plain);
    Hello refusing = plain.refusing("nöt you");
    assertThat(Hello.decode(refusing.encode())).isEqualTo(refusing);
    Hello offering = plain.compressing(List.of("zstd", "deflate"));
    assertThat(Hello.decode(offering.encode())).isEqualTo(offering);
    assertThat(offering.refusing("no").compressions()).isEmpty();
  }

  @Test
  void whateverIsOfferedForCompressionHarmsNobody() {
    for (String names : new String[] {"", ",", "a,,b", ",".repeat(10_000), "\u0000ü", "zstd"}) {
      Hello hello = Hello.decode(hello(field(4, WireBytes.of().text(names))).toBuffer());
      assertThat(hello).isNotNull();
      assertThat(hello.compressions())
          .hasSize(1 + (int) names.chars().filter(c -> c == ',').count());
    }
  }

  @Test
  void aVeryLongRefusalIsCutToWhatFits() {
    Hello hello = Hello.decode(new Hello("c", 1, "ü".repeat(100_000)).encode());
    assertThat(hello).isNotNull();
    assertThat(hello.refusal()).startsWith("üüü").hasSizeLessThan(Frame.TEXT_BYTES_MAX);
  }

  @Test
  void untilAllOfItIsThereItIsNotTaken() {
    ByteBuffer encoded = new Hello("fory-1", 5, "because").encode();
    byte[] all = new byte[encoded.remaining()];
    encoded.get(all);
    for (int length = 0; length < all.length; length++) {
      ByteBuffer part = ByteBuffer.wrap(Arrays.copyOf(all, length));
      assertThat(Hello.decode(part)).as("of %s bytes", length).isNull();
      assertThat(part.position()).isZero();
    }
  }

  @Test
  void whatComesBehindItStays() {
    ByteBuffer encoded = new Hello("x", 5, null).encode();
    ByteBuffer more = ByteBuffer.allocate(100).put(encoded).put((byte) 77).flip();
    assertThat(Hello.decode(more)).isEqualTo(new Hello("x", 5, null));
    assertThat(more.remaining()).isEqualTo(1);
    assertThat(more.get()).isEqualTo((byte) 77);
  }

  @Test
  void fieldsOfLaterVersionsAreSkipped() {
    WireBytes fields =
        field(99, WireBytes.of().text("whatever"))
            .raw(field(1, WireBytes.of().text("fory-1")).toArray())
            .raw(field(98, WireBytes.of()).toArray())
            .raw(field(2, WireBytes.of().varint(1000)).toArray());
    assertThat(Hello.decode(hello(fields).toBuffer())).isEqualTo(new Hello("fory-1", 1000, null));
  }

  @Test
  void aHelloWithoutFieldsHasTheDefaults() {
    assertThat(Hello.decode(hello(WireBytes.of()).toBuffer()))
        .isEqualTo(new Hello("", Integer.MAX_VALUE, null));
  }

  @Test
  void fieldsThatAreCutOffAreRefused() {
    refused(hello(WireBytes.of().varint(1).varint(5).text("abc")), "a hello's field is cut off");
    refused(hello(WireBytes.of().varint(1)), "a number is cut off");
    refused(
        hello(WireBytes.of().varint(1).varint(Integer.MAX_VALUE)),
        "the length of a hello's field is 2147483647, over the limit of 16384");
    refused(hello(field(2, WireBytes.of())), "a number is cut off");
  }

  @Test
  void anotherVersionIsTold() {
    refused(head(2, 0), "the peer speaks version 2 of the protocol, this side version 1");
  }

  @Test
  void anOverlongHelloIsRefusedByItsHeadAlone() {
    refused(head(1, 16_378), "a hello of 16378 bytes is over the limit of 16384");
    refused(head(1, 65_535), "a hello of 65535 bytes is over the limit of 16384");
    assertThat(Hello.decode(head(1, 16_377).toBuffer())).isNull();
  }

  @Test
  void httpIsRecognized() {
    String message = "the peer speaks HTTP, not Weft";
    refused(WireBytes.of().text("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), message);
    refused(WireBytes.of().text("POST /x HTTP/1.1\r\n"), message);
    refused(WireBytes.of().text("HTTP/1.1 400 Bad Request\r\n"), message);
    refused(WireBytes.of().text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), message);
  }

  @Test
  void tlsIsRecognizedByItsFirstByte() {
    String message =
        "the peer begins a TLS handshake, but this is a plain address (tls:// is the other)";
    refused(WireBytes.of().octet(0x16), message);
    refused(WireBytes.of().octet(0x16).octet(3).octet(1).octet(2).octet(0).octet(1), message);
    refused(
        WireBytes.of().octet(0x15).octet(3).octet(3).octet(0),
        "the peer answers with a TLS alert: it wants TLS (tls://)");
  }

  @Test
  void otherStrangersAreShownByTheirFirstBytes() {
    refused(
        WireBytes.of().text("SSH-2.0-OpenSSH_9.6p1 Debian"),
        "the peer does not speak Weft; its first bytes are"
            + " 53 53 48 2d 32 2e 30 2d 4f 70 65 6e 53 53 48 5f");
    refused(
        WireBytes.of().octet(0).octet(1),
        "the peer does not speak Weft; its first bytes are 00 01");
  }

  @Test
  void whatBeginsLikeTheMagicIsWaitedForUpToFourBytes() {
    assertThat(Hello.decode(WireBytes.of().text("W").toBuffer())).isNull();
    assertThat(Hello.decode(WireBytes.of().text("WEF").toBuffer())).isNull();
    refused(
        WireBytes.of().text("WEFX"),
        "the peer does not speak Weft; its first bytes are 57 45 46 58");
  }

  @Test
  void randomBytesAreWaitedForOrRefused() {
    SplittableRandom random = new SplittableRandom(2);
    byte[] valid = new byte[64];
    ByteBuffer encoded = new Hello("fory-1", 1 << 20, "some reason").encode();
    int length = encoded.remaining();
    encoded.get(valid, 0, length);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(valid, random.nextInt(length + 10));
      for (int n = random.nextInt(4); n >= 0 && bytes.length > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      ByteBuffer in = ByteBuffer.wrap(bytes);
      try {
        if (Hello.decode(in) == null) {
          assertThat(in.position()).isZero();
        }
      } catch (WireException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void aCodecNameFromThePeerIsShortAndPrintable() {
    // It is shown in messages and in the log: DESIGN.md, promise 5.
    for (String codec :
        new String[] {"fory-1\n2026 ERROR all is lost", "x".repeat(5000), "\u001b[2J"}) {
      Hello hello;
      try {
        hello = Hello.decode(hello(field(1, WireBytes.of().text(codec))).toBuffer());
      } catch (WireException e) {
        assertThat(e.getMessage()).hasSizeLessThan(300).matches("\\p{Print}*");
        continue;
      }
      assertThat(hello.codec()).hasSizeLessThan(100).matches("\\p{Print}*");
    }
  }

  @Test
  void credentialsTravelAndAreNeverShown() {
    byte[] secret = "top secret".getBytes(StandardCharsets.UTF_8);
    Hello hello = Hello.decode(new Hello("c", 1, null).withCredentials(secret).encode());
    assertThat(hello.credentials()).isEqualTo(secret);
    assertThat(hello).asString().contains("with credentials").doesNotContain("top secret");
    assertThat(Hello.decode(new Hello("c", 1, null).encode()).credentials()).isNull();
    byte[] longest = new byte[Hello.CREDENTIALS_BYTES_MAX];
    assertThat(Hello.decode(new Hello("c", 1, null).withCredentials(longest).encode()))
        .isNotNull()
        .satisfies(decoded -> assertThat(decoded.credentials()).hasSize(8192));
  }

  @Test
  void tooLongCredentialsAreRefusedOnBothSides() {
    byte[] tooLong = new byte[Hello.CREDENTIALS_BYTES_MAX + 1];
    Hello hello = new Hello("c", 1, null);
    assertThatThrownBy(() -> hello.withCredentials(tooLong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8193 bytes");
    ByteBuffer hostile = new Hello("c", 1, null, RefusalKind.OTHER, List.of(), tooLong).encode();
    assertThatThrownBy(() -> Hello.decode(hostile))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("8193 bytes");
  }

  @Test
  void kindOfARefusalTravelsAndALaterVersionsIsAnOther() {
    for (RefusalKind kind : RefusalKind.values()) {
      Hello hello = Hello.decode(new Hello("c", 1, null).refusing(kind, "no").encode());
      assertThat(hello).isEqualTo(new Hello("c", 1, "no", kind, List.of(), null));
    }
    assertThat(RefusalKind.of(99)).isEqualTo(RefusalKind.OTHER);
  }
}
