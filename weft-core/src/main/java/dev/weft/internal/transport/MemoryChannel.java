package dev.weft.internal.transport;

import dev.weft.spi.TransportChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One end of a pair of pipes. */
final class MemoryChannel implements TransportChannel {

  private final String peer;
  private final Pipe in;
  private final Pipe out;

  MemoryChannel(String peer, Pipe in, Pipe out) {
    this.peer = peer;
    this.in = in;
    this.out = out;
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public boolean prefersCompression() {
    return false; // copying is all that bytes cost here
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return in.read(target, true);
  }

  @Override
  public int readNow(ByteBuffer target) throws IOException {
    return in.read(target, false);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return out.write(source, true);
  }

  @Override
  public boolean canWriteNow() {
    return out.hasRoom();
  }

  @Override
  public int writeNow(ByteBuffer source) throws IOException {
    return out.write(source, false);
  }

  @Override
  public boolean isOpen() {
    return in.isOpenForReader();
  }

  @Override
  public void close() {
    in.closeReader();
    out.closeWriter();
  }

  @Override
  public String toString() {
    return "channel to " + peer;
  }
}
