package dev.weft.internal.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text file of certificates or with a key, as OpenSSL and the authorities write it. */
final class PemFile {

  private static final Pattern SECTION =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s([^-]*)-----END \\1-----");

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PKCS8 = "PRIVATE KEY";

  private final Path path;
  private final List<Section> sections = new ArrayList<>();

  private record Section(String label, byte[] content) {}

  /**
   * Reads it.
   *
   * @throws UncheckedIOException when it cannot be read
   * @throws IllegalArgumentException when it is not such a file
   */
  PemFile(Path path) {
    this.path = path;
    String text;
    try {
      text = Files.readString(path, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + ": " + e, e);
    }
    Matcher matcher = SECTION.matcher(text);
    while (matcher.find()) {
      try {
        byte[] content = Base64.getMimeDecoder().decode(matcher.group(2));
        sections.add(new Section(matcher.group(1), content));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(path + " is damaged: " + e.getMessage(), e);
      }
    }
  }

  /**
   * The certificates, in their order, at least one.
   *
   * @throws IllegalArgumentException when there is none, or one cannot be read
   */
  List<X509Certificate> certificates() {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Section section : sections) {
      if (section.label.equals(CERTIFICATE)) {
        certificates.add(certificate(section.content));
      }
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(path + " holds no certificate (in PEM)");
    }
    return certificates;
  }

  private X509Certificate certificate(byte[] content) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(content));
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          path + " holds a certificate that cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The private key, of the algorithm of its certificate.
   *
   * @throws IllegalArgumentException when there is none, or it is not in PKCS#8 without a password
   */
  PrivateKey privateKey(String algorithm) {
    for (Section section : sections) {
      if (section.label.equals(PKCS8)) {
        return privateKey(algorithm, section.content);
      }
      if (section.label.endsWith(PKCS8)) { // RSA, EC or ENCRYPTED
        throw new IllegalArgumentException(
            path
                + " holds a key of the form \""
                + section.label
                + "\", not PKCS#8 without a password; to convert it: openssl pkcs8 -topk8 -nocrypt"
                + " -in OLD -out NEW");
      }
    }
    throw new IllegalArgumentException(path + " holds no private key (PKCS#8 in PEM)");
  }

  private PrivateKey privateKey(String algorithm, byte[] content) {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          path + " holds no " + algorithm + " key, as its certificate asks for", e);
    }
  }
}
