package dev.weft.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * No RPC: many messages of 64 bytes, or of as many as a payload has, on their way at a time over a
 * bare {@link SocketChannel}. Answers come in the order of the requests, so nothing has to be
 * matched; whatever is read at once is answered at once.
 */
record WindowedFloorPeer() implements Peer {

  private static final int BUFFER_BYTES = 256 * 1024;

  @Override
  public String name() {
    return "floor-windowed";
  }

  @Override
  public boolean supports(Case load) {
    return switch (load.kind()) {
      case SYNC -> load.callers() == 1;
      case ASYNC, BATCH, BYTES -> true;
      default -> false;
    };
  }

  @Override
  public Server serve() throws IOException {
    return FloorPeer.EchoServer.start(false);
  }

  @Override
  public Client connect(String address) throws IOException {
    Window window = new Window(FloorPeer.open(address, false));
    Thread.ofVirtual().start(window::read);
    return window;
  }

  /** A request on its way. */
  private interface Waiting {

    /** Where its answer is to be put, all of it. */
    byte[] answer();

    /** It is there. The reader. */
    void answered();

    void failed(Throwable reason);
  }

  private record Message(byte[] answer, Completion completion) implements Waiting {

    @Override
    public void answered() {
      completion.completed(ByteBuffer.wrap(answer).getInt());
    }

    @Override
    public void failed(Throwable reason) {
      completion.failed(reason);
    }
  }

  private record Whole(byte[] answer, CompletableFuture<ByteBuffer> future) implements Waiting {

    @Override
    public void answered() {
      future.complete(ByteBuffer.wrap(answer));
    }

    @Override
    public void failed(Throwable reason) {
      future.completeExceptionally(reason);
    }
  }

  /** The open messages fit into the sockets' buffers, or the reader's writes would block. */
  private static final class Window implements Client {

    private final SocketChannel channel;
    private final ReentrantLock writing = new ReentrantLock();

    /** In the order of their bytes: added to by whoever writes, taken from by the reader. */
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

    /** Whoever writes. */
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private volatile @Nullable Thread reader;

    /** Whether completions have sent something. The reader. */
    private boolean hasSent;

    Window(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public int call(int number) throws Exception {
      PendingAnswers one = new PendingAnswers(1);
      callAsync(number, one.completion(number));
      one.await();
      return number;
    }

    @Override
    public void callAsync(int number, Completion completion) {
      writing.lock();
      try {
        if (out.remaining() < FloorPeer.MESSAGE_BYTES) {
          flush();
        }
        waiting.add(new Message(new byte[FloorPeer.MESSAGE_BYTES], completion));
        out.putInt(out.position(), number).position(out.position() + FloorPeer.MESSAGE_BYTES);
        // What the reader's completions send goes out together, after all that was read.
        if (Thread.currentThread() == reader) {
          hasSent = true;
        } else {
          flush();
        }
      } catch (IOException e) {
        completion.failed(e);
      } finally {
        writing.unlock();
      }
    }

    @Override
    public ByteBuffer echo(byte[] payload) throws Exception {
      Whole whole = new Whole(new byte[payload.length], new CompletableFuture<>());
      writing.lock();
      try {
        waiting.add(whole);
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } finally {
        writing.unlock();
      }
      return whole.future().get();
    }

    private void flush() throws IOException {
      out.flip();
      while (out.hasRemaining()) {
        channel.write(out);
      }
      out.clear();
    }

    private void read() {
      reader = Thread.currentThread();
      ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
      Waiting current = null;
      int filled = 0;
      try {
        while (channel.read(in.clear()) >= 0) {
          in.flip();
          while (in.hasRemaining()) {
            current = current == null ? waiting.remove() : current;
            int bytes = Math.min(in.remaining(), current.answer().length - filled);
            in.get(current.answer(), filled, bytes);
            filled += bytes;
            if (filled == current.answer().length) {
              current.answered();
              current = null;
              filled = 0;
            }
          }
          if (hasSent) {
            hasSent = false;
            flushWhatCompletionsSent();
          }
        }
        fail(new ClosedChannelException());
      } catch (IOException e) {
        fail(e);
      }
    }

    private void flushWhatCompletionsSent() throws IOException {
      writing.lock();
      try {
        flush();
      } finally {
        writing.unlock();
      }
    }

    private void fail(IOException reason) {
      for (Waiting each = waiting.poll(); each != null; each = waiting.poll()) {
        each.failed(reason);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
