package dev.weft.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes TLS certificates for tests, within milliseconds and without files that expire. Nobody but
 * the test trusts it.
 *
 * <pre>{@code
 * CertificateAuthority authority = new CertificateAuthority("Test Authority");
 * Path trusted = authority.write(directory.resolve("authority.pem"));
 * CertificateAuthority.Issued server = authority.issue("server", "localhost", "127.0.0.1");
 * server.write(directory.resolve("server.pem"), directory.resolve("server.key"));
 * }</pre>
 *
 * <p>Any thread.
 */
public final class CertificateAuthority {

  private static final Duration A_DAY = Duration.ofDays(1);

  private final String name;
  private final KeyPair keys;
  private final X509Certificate certificate;

  /**
   * A certificate, with its key.
   *
   * @param key the private key
   * @param chain the certificate, then those of the authorities that stand between it and the root
   */
  public record Issued(PrivateKey key, List<X509Certificate> chain) {

    /** Copies the list. */
    public Issued {
      chain = List.copyOf(chain);
    }

    /** Writes the chain and the key as PEM files. */
    public void write(Path chainFile, Path keyFile) throws IOException {
      Files.writeString(chainFile, pem(chain));
      Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()));
    }
  }

  /**
   * A root.
   *
   * @param name what stands in its certificate, in letters, digits, spaces and the like
   */
  public CertificateAuthority(String name) {
    this.name = name;
    this.keys = newKeys("EC");
    this.certificate =
        sign(CertificateBytes.unsigned(serial(), name, name, validity(A_DAY), keys.getPublic()));
  }

  /** The root's own certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /**
   * Writes the root's certificate as a PEM file, for those who are to trust it.
   *
   * @return the file
   */
  public Path write(Path file) throws IOException {
    return Files.writeString(file, pem(List.of(certificate)));
  }

  /**
   * Makes a certificate of an elliptic curve, valid for a day.
   *
   * @param subject what stands in it as the common name
   * @param hosts the host names and numerical addresses that it is for
   */
  public Issued issue(String subject, String... hosts) {
    return issue("EC", A_DAY, subject, hosts);
  }

  /**
   * Makes a certificate.
   *
   * @param algorithm the key's: EC, RSA or Ed25519
   * @param validFor from now on; a negative one is over
   * @param subject what stands in it as the common name
   * @param hosts the host names and numerical addresses that it is for
   */
  public Issued issue(String algorithm, Duration validFor, String subject, String... hosts) {
    KeyPair subjects = newKeys(algorithm);
    X509Certificate issued =
        sign(
            CertificateBytes.unsigned(
                serial(), name, subject, validity(validFor), subjects.getPublic(), hosts));
    return new Issued(subjects.getPrivate(), List.of(issued));
  }

  private static Instant[] validity(Duration validFor) {
    // A little in the past: clocks differ.
    return new Instant[] {Instant.now().minus(A_DAY.multipliedBy(2)), Instant.now().plus(validFor)};
  }

  private static BigInteger serial() {
    return BigInteger.valueOf(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
  }

  private static KeyPair newKeys(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      switch (algorithm) {
        case "EC" -> generator.initialize(new ECGenParameterSpec("secp256r1"));
        case "RSA" -> generator.initialize(2048);
        default -> {
          // It has but one size.
        }
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("cannot make keys of " + algorithm, e);
    }
  }

  private X509Certificate sign(byte[] unsigned) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(unsigned);
      byte[] signed = CertificateBytes.signed(unsigned, signature.sign());
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(signed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a certificate", e);
    }
  }

  private static String pem(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder();
    try {
      for (X509Certificate each : certificates) {
        text.append(pem("CERTIFICATE", each.getEncoded()));
      }
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate without an encoding", e);
    }
    return text.toString();
  }

  private static String pem(String label, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }
}
