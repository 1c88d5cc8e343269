package dev.weft.fory;

import dev.weft.spi.Payload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import org.apache.fory.Fory;
import org.apache.fory.context.ReadContext;
import org.apache.fory.context.WriteContext;
import org.apache.fory.memory.MemoryBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One Fory instance with its buffers: writes and reads one value at a time.
 *
 * <p>Whoever borrowed it from its {@link LoomPool}.
 */
final class Loom {

  /** Larger buffers for strings are not kept. */
  private static final int TEXT_BYTES_MAX = 64 * 1024;

  /** Larger arrays with messages are let go when their value is read or written. */
  private static final int MESSAGE_BYTES_MAX = 4096;

  /** The room that is made for a value at once; a larger one makes its own. */
  private static final int BYTES_MIN = 64;

  /**
   * What a message may cost in memory: this, and {@link #MEMORY_PER_BYTE} for each of its bytes. An
   * empty hash map costs some hundred bytes and arrives as three.
   */
  private static final long MEMORY_BYTES_MIN = 256 * 1024;

  private static final long MEMORY_PER_BYTE = 64;

  private static final byte[] NOTHING = {};

  private static final VarHandle LENT;

  static {
    try {
      LENT = MethodHandles.lookup().findVarHandle(Loom.class, "lent", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Its place in the pool; negative when it has none. */
  int home;

  /** Whether somebody has it; {@link LoomPool} tells how that goes. */
  private volatile boolean lent = true;

  private final Supplier<Fory> maker;
  private final @Nullable ClassLoader context;
  private @Nullable Fory fory;
  private final MemoryBuffer input = MemoryBuffer.fromByteArray(NOTHING);
  private final MemoryBuffer output = MemoryBuffer.fromByteArray(NOTHING);

  /**
   * @param maker makes another Fory instance like the first after {@link #breakDown}
   * @param context must be the thread's class loader while Fory works, unless null
   */
  Loom(Supplier<Fory> maker, @Nullable ClassLoader context, int home) {
    this.maker = maker;
    this.context = context;
    this.home = home;
    fory = inContext(maker);
  }

  /** Takes it, unless somebody else has it. Any thread. */
  boolean take() {
    return !(boolean) LENT.getOpaque(this) && LENT.compareAndSet(this, false, true);
  }

  /** Others may take it. Whoever has it. */
  void giveBack() {
    LENT.setRelease(this, false);
  }

  /** Says that an error, not an exception, was thrown: it may have left Fory in any state. */
  void breakDown() {
    fory = null;
  }

  /** Appends a value. */
  void write(@Nullable Object value, Payload target) {
    if (context == null) {
      writeHere(value, target);
    } else {
      inContext(() -> {
        writeHere(value, target);
        return true;
      });
    }
  }

  @Nullable Object read(byte[] bytes, int offset, int length) {
    return context == null
        ? readHere(bytes, offset, length)
        : inContext(() -> readHere(bytes, offset, length));
  }

  private void writeHere(@Nullable Object value, Payload target) {
    WriteContext writer = fory().getWriteContext();
    MemoryBuffer buffer = output;
    // Otherwise a large one would be copied again and again, as its array grows.
    target.ensure(value instanceof byte[] bytes ? BYTES_MIN + bytes.length : BYTES_MIN);
    buffer.pointTo(target.array(), 0, target.capacity());
    buffer.writerIndex(target.length());
    writer.prepare(buffer, null);
    try {
      writer.writeRootRef(value);
      target.replace(buffer.getHeapMemory(), buffer.writerIndex());
    } finally {
      writer.reset();
      if (buffer.writerIndex() > TEXT_BYTES_MAX) {
        writer.getStringSerializer().clearBuffer(TEXT_BYTES_MAX);
      }
      forget(buffer);
    }
  }

  private @Nullable Object readHere(byte[] bytes, int offset, int length) {
    ReadContext reader = fory().getReadContext();
    MemoryBuffer buffer = input;
    buffer.pointTo(bytes, offset, length);
    buffer.readerIndex(0);
    reader.prepare(buffer, null, false);
    try {
      reader.reserveGraphMemory(
          TypeSet.GRAPH_BYTES_MAX - MEMORY_BYTES_MIN - MEMORY_PER_BYTE * length);
      Object value = reader.readRootRef();
      if (buffer.readerIndex() != length) {
        throw new IllegalArgumentException(
            "%d of %d bytes are left over".formatted(length - buffer.readerIndex(), length));
      }
      if (UnknownClasses.met(reader) && UnknownClasses.isHeldBy(value)) {
        throw new IllegalArgumentException(
            "it holds an object of a class that is not known here; the other side's types are"
                + " newer");
      }
      return value;
    } finally {
      reader.reset();
      forget(buffer);
      if (length > TEXT_BYTES_MAX) {
        reader.getStringSerializer().clearBuffer(TEXT_BYTES_MAX);
      }
    }
  }

  /** Only large ones: to store a reference in an object that has lived long costs a fence. */
  private static void forget(MemoryBuffer buffer) {
    if (buffer.getHeapMemory().length > MESSAGE_BYTES_MAX) {
      buffer.pointTo(NOTHING, 0, 0);
    }
  }

  private <T extends @Nullable Object> T inContext(Supplier<T> work) {
    if (context == null) {
      return work.get();
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(context);
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private Fory fory() {
    Fory usable = fory;
    if (usable == null) {
      usable = maker.get();
      fory = usable;
    }
    return usable;
  }
}
