package dev.weft.reliability.failure;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A byte for each call, in a file that several processes have in their memory at a time: a server
 * counts in it how often it has begun a call, a client notes how the call ended. What is written
 * outlives a process that is killed in the next instruction.
 *
 * <p>Any thread, in any process.
 */
final class Journal implements AutoCloseable {

  private static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int BITS = 8;
  private static final int BYTE = 0xff;

  private final Path file;
  private final ByteBuffer bytes;

  private Journal(Path file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /**
   * A new one, all zero; a file that is there is replaced.
   *
   * @param calls 1 to 2^31 - 8; takes room on the disk only where something is written
   */
  static Journal create(Path file, long calls) throws IOException {
    return map(
        file,
        (calls + Integer.BYTES - 1) / Integer.BYTES * Integer.BYTES,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** One that another process has created. */
  static Journal open(Path file) throws IOException {
    return map(file, file.toFile().length());
  }

  private static Journal map(Path file, long length, StandardOpenOption... more)
      throws IOException {
    StandardOpenOption[] options = new StandardOpenOption[more.length + 2];
    options[0] = StandardOpenOption.READ;
    options[1] = StandardOpenOption.WRITE;
    System.arraycopy(more, 0, options, 2, more.length);
    try (FileChannel channel = FileChannel.open(file, options)) {
      return new Journal(file, channel.map(MapMode.READ_WRITE, 0, length));
    }
  }

  Path file() {
    return file;
  }

  /** How many calls it has room for. */
  int capacity() {
    return bytes.capacity();
  }

  /**
   * Adds to a call's byte, at once.
   *
   * @return what was there before
   */
  int add(long call, int more) {
    int shift = BITS * (int) (call % Integer.BYTES);
    int word = (int) WORD.getAndAdd(bytes, word(call), more << shift);
    return (word >>> shift) & BYTE;
  }

  /** A call's byte. */
  int get(long call) {
    int word = (int) WORD.getVolatile(bytes, word(call));
    return (word >>> (BITS * (int) (call % Integer.BYTES))) & BYTE;
  }

  /** The sum of the bytes of some calls. */
  long count(long from, int calls) {
    long count = 0;
    for (long call = from; call < from + calls; call++) {
      count += get(call);
    }
    return count;
  }

  private static int word(long call) {
    return Math.toIntExact(call / Integer.BYTES * Integer.BYTES);
  }

  /** Removes the file; the memory is given back when nobody has it any more. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
