package dev.weft;

import static java.util.Objects.requireNonNull;

import dev.weft.internal.transport.PemContext;
import dev.weft.internal.transport.TlsSettings;
import dev.weft.internal.transport.TlsSettings.ClientCertificate;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How {@code tls://} connections are made secure: whom to trust, what to show, what to check.
 *
 * <p>A server needs a certificate. A client needs none of this if the server's certificate is of an
 * authority that the JVM trusts; else it says which authority to trust:
 *
 * <pre>{@code
 * RpcServer.builder().tls(Tls.certificate(chain, key)).listen("tls://0.0.0.0:7000") ...
 * RpcClient.builder().tls(Tls.trust(authority)).connect("tls://words.example:7000")
 * }</pre>
 *
 * <p>Certificates can be replaced without a restart: when the files have changed, the next
 * connection uses the new ones. While these cannot be used (one of two is not there yet, perhaps),
 * the old ones stay, which is logged as {@code dev.weft.tls}. Connections that exist go on with
 * what they began with.
 *
 * <p>Any thread.
 */
public final class Tls {

  private final TlsSettings settings;
  private final @Nullable PemContext files;

  private Tls(TlsSettings settings, @Nullable PemContext files) {
    this.settings = settings;
    this.files = files;
  }

  /**
   * Shows a certificate; see {@link Builder#certificate}. All else is the default.
   *
   * @throws IllegalArgumentException as {@link Builder#build}
   * @throws java.io.UncheckedIOException as {@link Builder#build}
   */
  public static Tls certificate(Path chain, Path key) {
    return builder().certificate(chain, key).build();
  }

  /**
   * Trusts these authorities; see {@link Builder#trust}. All else is the default.
   *
   * @throws IllegalArgumentException as {@link Builder#build}
   * @throws java.io.UncheckedIOException as {@link Builder#build}
   */
  public static Tls trust(Path authorities) {
    return builder().trust(authorities).build();
  }

  /** Takes certificates, keys and authorities from the context. All else is the default. */
  public static Tls context(SSLContext context) {
    return builder().context(context).build();
  }

  /** Settings to choose from. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads the files anew, for connections that are made from now on. Needed only to hear of errors:
   * changed files are found without it. Nothing happens if they come from an {@link SSLContext}.
   *
   * @throws IllegalArgumentException when a file does not hold what it should; the old ones stay
   * @throws java.io.UncheckedIOException when a file cannot be read; the old ones stay
   */
  public void reload() {
    if (files != null) {
      files.reload();
    }
  }

  TlsSettings settings() {
    return settings;
  }

  /** Not for several threads. */
  public static final class Builder {

    private @Nullable Path chain;
    private @Nullable Path key;
    private @Nullable Path authorities;
    private @Nullable Supplier<? extends SSLContext> contexts;
    private boolean checksHostName = true;
    private ClientCertificate clientCertificate = ClientCertificate.NOT_ASKED;
    private List<String> protocols = TlsSettings.PROTOCOLS;

    private Builder() {}

    /**
     * What to show to the peer: servers must, clients only to servers that ask for it.
     *
     * @param newChain a PEM file: the own certificate first, then those that vouch for it, without
     *     the root
     * @param newKey a PEM file: the certificate's private key in PKCS#8, without a password
     */
    public Builder certificate(Path newChain, Path newKey) {
      chain = requireNonNull(newChain, "chain is null");
      key = requireNonNull(newKey, "key is null");
      return this;
    }

    /**
     * Whose certificates to accept: default those of the authorities that the JVM trusts.
     *
     * @param newAuthorities a PEM file of one or more certificates
     */
    public Builder trust(Path newAuthorities) {
      authorities = requireNonNull(newAuthorities, "authorities is null");
      return this;
    }

    /** Certificates, keys and authorities of one's own making, in place of files. */
    public Builder context(SSLContext context) {
      requireNonNull(context, "context is null");
      return context(() -> context);
    }

    /**
     * As {@link #context(SSLContext)}, with a supplier that is asked for each new connection, on
     * the connection's thread.
     */
    public Builder context(Supplier<? extends SSLContext> supplier) {
      contexts = requireNonNull(supplier, "supplier is null");
      return this;
    }

    /**
     * Clients: whether the server's certificate must be for the host in the address. Default true;
     * without it, everybody who has any certificate of a trusted authority can play the server.
     */
    public Builder checkHostName(boolean check) {
      checksHostName = check;
      return this;
    }

    /**
     * Servers: refuses clients without a certificate that is trusted (mutual TLS). Default: clients
     * are not asked for one. See {@link CallContext#peerIdentity}.
     */
    public Builder requireClientCertificate() {
      clientCertificate = ClientCertificate.REQUIRED;
      return this;
    }

    /** Servers: asks clients for a certificate, but takes those that have none, too. */
    public Builder askForClientCertificate() {
      clientCertificate = ClientCertificate.ASKED;
      return this;
    }

    /**
     * Which versions to speak: default {@code TLSv1.3} and {@code TLSv1.2}.
     *
     * @throws IllegalArgumentException when there is none, or another one: the older are broken
     */
    public Builder protocols(String... versions) {
      protocols = List.of(versions);
      if (protocols.isEmpty() || !TlsSettings.PROTOCOLS.containsAll(protocols)) {
        throw new IllegalArgumentException(
            "protocols " + protocols + " are not some of " + TlsSettings.PROTOCOLS);
      }
      return this;
    }

    /**
     * Reads the files.
     *
     * @throws IllegalArgumentException when a file does not hold what it should, the key is not the
     *     certificate's, or there are both files and a context
     * @throws java.io.UncheckedIOException when a file cannot be read
     */
    public Tls build() {
      Supplier<? extends SSLContext> own = contexts;
      if (own == null) {
        PemContext files = new PemContext(chain, key, authorities);
        return new Tls(settings(files, chain != null), files);
      }
      if (chain != null || authorities != null) {
        throw new IllegalArgumentException("there are both files and an SSLContext: choose one");
      }
      return new Tls(settings(own::get, true), null);
    }

    private TlsSettings settings(Supplier<SSLContext> source, boolean canServe) {
      return new TlsSettings(source, canServe, checksHostName, clientCertificate, protocols);
    }
  }
}
