package dev.weft.testing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * An X.509 certificate (RFC 5280) as bytes: the JDK reads them, but writes none. In DER each value
 * is a tag, a length and a content.
 */
final class CertificateBytes {

  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_ID = 0x06;
  private static final int UTF8_STRING = 0x0c;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  /** Fields that are told apart by numbers of their own: the version, the extensions. */
  private static final int FIELD_0 = 0xa0;

  private static final int FIELD_3 = 0xa3;

  /** Kinds of alternative names. */
  private static final int DNS_NAME = 0x82;

  private static final int IP_ADDRESS = 0x87;

  private static final byte[] TRUE = der(BOOLEAN, new byte[] {(byte) 0xff});

  /** 1.2.840.10045.4.3.2, ecdsa-with-SHA256. */
  private static final byte[] SIGNATURE =
      der(
          SEQUENCE,
          der(OBJECT_ID, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2}));

  /** 2.5.4.3, 2.5.29.17 and 2.5.29.19. */
  private static final byte[] COMMON_NAME = der(OBJECT_ID, new byte[] {0x55, 4, 3});

  private static final byte[] ALTERNATIVE_NAMES = der(OBJECT_ID, new byte[] {0x55, 0x1d, 17});
  private static final byte[] BASIC_CONSTRAINTS = der(OBJECT_ID, new byte[] {0x55, 0x1d, 19});

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private CertificateBytes() {}

  /** What is to be signed; without hosts, it is an authority's. */
  static byte[] unsigned(
      BigInteger serial,
      String issuer,
      String subject,
      Instant[] validity,
      PublicKey key,
      String... hosts) {
    return der(
        SEQUENCE,
        der(FIELD_0, der(INTEGER, new byte[] {2})), // version 3
        der(INTEGER, serial.toByteArray()),
        SIGNATURE,
        name(issuer),
        der(SEQUENCE, time(validity[0]), time(validity[1])),
        name(subject),
        key.getEncoded(),
        der(FIELD_3, der(SEQUENCE, issuer.equals(subject) ? authority() : names(hosts))));
  }

  static byte[] signed(byte[] unsigned, byte[] signature) {
    return der(SEQUENCE, unsigned, SIGNATURE, der(BIT_STRING, new byte[1], signature));
  }

  private static byte[] name(String commonName) {
    byte[] text = der(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
    return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, text)));
  }

  private static byte[] time(Instant time) {
    return der(GENERALIZED_TIME, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] authority() {
    byte[] isOne = der(OCTET_STRING, der(SEQUENCE, TRUE));
    return der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, isOne);
  }

  private static byte[] names(String... hosts) {
    byte[][] names = new byte[hosts.length][];
    for (int i = 0; i < hosts.length; i++) {
      names[i] =
          hosts[i].matches("[0-9.]+|.*:.*")
              ? der(IP_ADDRESS, address(hosts[i]))
              : der(DNS_NAME, hosts[i].getBytes(StandardCharsets.US_ASCII));
    }
    if (names.length == 0) {
      return der(SEQUENCE, BASIC_CONSTRAINTS, der(OCTET_STRING, der(SEQUENCE)));
    }
    return der(SEQUENCE, ALTERNATIVE_NAMES, der(OCTET_STRING, der(SEQUENCE, names)));
  }

  private static byte[] address(String numbers) {
    try {
      return InetAddress.getByName(numbers).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(numbers + " is not a numerical address", e);
    }
  }

  private static byte[] der(int tag, byte[]... contents) {
    int length = 0;
    for (byte[] each : contents) {
      length += each.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] each : contents) {
      out.writeBytes(each);
    }
    return out.toByteArray();
  }
}
