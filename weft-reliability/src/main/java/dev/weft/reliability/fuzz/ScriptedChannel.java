package dev.weft.reliability.fuzz;

import dev.weft.spi.TransportChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A channel whose peer has said all that it will ever say, and reads whatever it is told.
 *
 * <p>What an odd number of bytes comes to is read at once, an even number in pieces: so an input
 * alone decides how it is read. As {@link TransportChannel} says of each method.
 */
final class ScriptedChannel implements TransportChannel {

  private static final int PIECE_BYTES = 7;

  /** What is written beyond this is not kept. */
  private static final int KEPT_BYTES_MAX = 1 << 20;

  /** Longer than it takes to answer, where there is an answer. */
  private static final long ANSWER_MILLIS = 500;

  private final ByteBuffer script;
  private final int pieceBytes;
  private final int answeredAt;
  private final CountDownLatch answered;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean overflown;

  ScriptedChannel(byte[] script) {
    this(script, 0, 0);
  }

  /**
   * With a peer that waits for an answer.
   *
   * @param answeredAt how many bytes it says before; 0: it does not wait
   * @param answers how many writes are the answer
   */
  ScriptedChannel(byte[] script, int answeredAt, int answers) {
    this.answeredAt = answeredAt;
    this.answered = new CountDownLatch(answeredAt == 0 ? 0 : answers);
    this.script = ByteBuffer.wrap(script);
    this.pieceBytes = script.length % 2 == 1 ? script.length : PIECE_BYTES;
  }

  @Override
  public String peer() {
    return "script:peer";
  }

  @Override
  public int read(ByteBuffer target) throws ClosedChannelException {
    checkOpen();
    if (!script.hasRemaining()) {
      return -1;
    }
    int bytes = Math.min(Math.min(script.remaining(), pieceBytes), target.remaining());
    if (script.position() < answeredAt) {
      bytes = Math.min(bytes, answeredAt - script.position());
    } else {
      awaitAnswer();
    }
    target.put(script.slice(script.position(), bytes));
    script.position(script.position() + bytes);
    return bytes;
  }

  @Override
  public boolean canWriteNow() {
    return isOpen();
  }

  @Override
  public int writeNow(ByteBuffer source) throws ClosedChannelException {
    return write(source);
  }

  @Override
  public int write(ByteBuffer source) throws ClosedChannelException {
    checkOpen();
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    if (written.size() + bytes.length > KEPT_BYTES_MAX) {
      overflown = true;
    } else {
      written.writeBytes(bytes);
    }
    answered.countDown();
    return bytes.length;
  }

  private void awaitAnswer() {
    try {
      if (!answered.await(ANSWER_MILLIS, TimeUnit.MILLISECONDS)) {
        answered.countDown(); // so that it is waited for once
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void checkOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public boolean isOpen() {
    return closed.getCount() > 0;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  /**
   * Waits until this side has closed it.
   *
   * @return whether it has in that time
   */
  boolean awaitClosed(long seconds) throws InterruptedException {
    return closed.await(seconds, TimeUnit.SECONDS);
  }

  /** All that this side has said; nothing when that was too much to be kept. */
  byte[] written() {
    return overflown ? new byte[0] : written.toByteArray();
  }
}
