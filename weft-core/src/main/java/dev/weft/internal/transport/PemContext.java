package dev.weft.internal.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes an {@link SSLContext} of PEM files, and another one when the files have changed. While the
 * new ones cannot be used, because they are half written perhaps, it stays with the old. Any
 * thread.
 */
public final class PemContext implements Supplier<SSLContext> {

  private static final Logger LOGGER = System.getLogger("dev.weft.tls");
  private static final char[] NO_PASSWORD = {};

  private final @Nullable Path chain;
  private final @Nullable Path key;
  private final @Nullable Path authorities;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Loaded loaded;

  /**
   * @param stamps what the files looked like when they were read, or when that failed
   */
  private record Loaded(SSLContext context, List<Stamp> stamps) {}

  private record Stamp(@Nullable FileTime time, long bytes, @Nullable Object key) {}

  /**
   * Reads the files.
   *
   * @param chain the own certificate, then those that vouch for it; with {@code key}
   * @param key the own private key
   * @param authorities whom to trust; {@code null} to trust whom the JVM trusts
   * @throws UncheckedIOException when one cannot be read
   * @throws IllegalArgumentException when one does not hold what it should
   */
  public PemContext(@Nullable Path chain, @Nullable Path key, @Nullable Path authorities) {
    this.chain = chain;
    this.key = key;
    this.authorities = authorities;
    this.loaded = load();
  }

  /** The latest that could be used. */
  @Override
  public SSLContext get() {
    Loaded before = loaded;
    List<Stamp> stamps = stamps();
    if (!stamps.equals(before.stamps) && lock.tryLock()) {
      try {
        loaded = load();
        LOGGER.log(Level.INFO, "new TLS files are in use: " + files());
      } catch (RuntimeException e) {
        loaded = new Loaded(before.context, stamps); // not again before they change
        LOGGER.log(Level.WARNING, "new TLS files cannot be used, the old ones stay: " + e);
      } finally {
        lock.unlock();
      }
    }
    return loaded.context;
  }

  /** Reads the files now; if that fails, as the constructor, the old ones stay in use. */
  public void reload() {
    lock.lock();
    try {
      loaded = load();
    } finally {
      lock.unlock();
    }
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path each : new @Nullable Path[] {chain, key, authorities}) {
      if (each != null) {
        files.add(each);
      }
    }
    return files;
  }

  private List<Stamp> stamps() {
    List<Stamp> stamps = new ArrayList<>();
    for (Path file : files()) {
      try {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        stamps.add(new Stamp(now.lastModifiedTime(), now.size(), now.fileKey()));
      } catch (IOException e) {
        stamps.add(new Stamp(null, 0, null)); // just being replaced
      }
    }
    return stamps;
  }

  private Loaded load() {
    List<Stamp> stamps = stamps(); // before the files: what changes meanwhile is read again
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers(), trustManagers(), null);
      return new Loaded(context, stamps);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("cannot use " + files() + ": " + e.getMessage(), e);
    }
  }

  private KeyManager @Nullable [] keyManagers() throws GeneralSecurityException, IOException {
    if (chain == null || key == null) {
      return null;
    }
    List<X509Certificate> certificates = new PemFile(chain).certificates();
    PublicKey publicKey = certificates.get(0).getPublicKey();
    PrivateKey privateKey = new PemFile(key).privateKey(publicKey.getAlgorithm());
    if (!belongTogether(privateKey, publicKey)) {
      throw new IllegalArgumentException(
          "the key in " + key + " is not that of the first certificate in " + chain);
    }
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "weft", privateKey, NO_PASSWORD, certificates.toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  /** One of the two files may be new already, the other one not yet. */
  private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey)
      throws GeneralSecurityException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> publicKey.getAlgorithm(); // EdDSA signs under its own name
        };
    byte[] text = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(privateKey);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(text);
    return signature.verify(signed);
  }

  private TrustManager @Nullable [] trustManagers() throws GeneralSecurityException, IOException {
    if (authorities == null) {
      return null;
    }
    KeyStore store = emptyStore();
    for (X509Certificate each : new PemFile(authorities).certificates()) {
      store.setCertificateEntry("authority-" + store.size(), each);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
