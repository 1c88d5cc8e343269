package dev.weft.spi;

import static java.util.Objects.requireNonNull;

import dev.weft.PeerIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A channel that passes everything on to another one: to count, throttle or transform what passes,
 * override what is to be different. Whoever changes the bytes must do so in all five methods that
 * carry them; {@link #readNow} and {@link #writeNow} may be given up by returning {@link
 * #CANNOT_TELL} and 0.
 *
 * <p>As {@link TransportChannel} says of each method.
 */
public abstract class ForwardingChannel implements TransportChannel {

  private final TransportChannel wrapped;

  /** Takes the channel. */
  protected ForwardingChannel(TransportChannel wrapped) {
    this.wrapped = requireNonNull(wrapped, "wrapped is null");
  }

  /** The channel that does the work. */
  protected final TransportChannel wrapped() {
    return wrapped;
  }

  @Override
  public void handshake() throws IOException {
    wrapped.handshake();
  }

  @Override
  public String peer() {
    return wrapped.peer();
  }

  @Override
  public PeerIdentity identity() {
    return wrapped.identity();
  }

  @Override
  public boolean prefersCompression() {
    return wrapped.prefersCompression();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return wrapped.read(target);
  }

  @Override
  public int readNow(ByteBuffer target) throws IOException {
    return wrapped.readNow(target);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return wrapped.write(source);
  }

  @Override
  public void rest() {
    wrapped().rest();
  }

  @Override
  public boolean canWriteNow() {
    return wrapped.canWriteNow();
  }

  @Override
  public int writeNow(ByteBuffer source) throws IOException {
    return wrapped.writeNow(source);
  }

  @Override
  public boolean isOpen() {
    return wrapped.isOpen();
  }

  @Override
  public void close() throws IOException {
    wrapped.close();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + " over " + wrapped;
  }
}
