package dev.weft.reliability.attack;

import dev.weft.RpcServer;
import dev.weft.fory.ForyCodec;
import dev.weft.reliability.attack.AttackRun.Memory;
import dev.weft.spi.Codec;
import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import dev.weft.spi.ValueType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The server that is attacked, with its defaults: in this process, or as one of its own. */
public final class AttackedServer {

  /** Functions, as the wire names them. */
  static final String ECHO = "echo";

  static final String ANY = "any";
  static final String BYTES = "bytes";
  static final String NEVER = "Silence.never()";

  /** What is known where any object is taken. */
  record Known(String name) {}

  /** Never answers. */
  interface Silence {
    CompletableFuture<String> never();
  }

  private static final Codec CODEC = ForyCodec.builder().register(Known.class).build();

  /** Arguments of {@link #ECHO} and {@link #BYTES}. */
  static final byte[] TEXT = encode(String.class, "text");

  static final byte[] NUMBER = encode(Integer.class, 16 * 1024);

  private AttackedServer() {}

  private static byte[] encode(Class<?> type, Object value) {
    Payload payload = new Payload();
    CODEC
        .bind(List.of(new ValueType("argument", type)))
        .get(0)
        .encode(value, payload, Marshaller.NO_LANE);
    return payload.toByteArray();
  }

  /** Starts it here. */
  public static RpcServer start() {
    return builder().start();
  }

  static RpcServer.Builder builder() {
    return RpcServer.builder()
        .codec(CODEC)
        .function(ECHO, String.class, String.class, text -> text)
        .function(ANY, Object.class, String.class, String::valueOf)
        .function(BYTES, Integer.class, byte[].class, length -> new byte[length])
        .service(Silence.class, CompletableFuture::new)
        .listen("tcp://127.0.0.1:0");
  }

  /** Serves until the input ends; each line of it asks for what is used. */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    try (RpcServer server = start();
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      out.println(Child.MARK + server.address());
      out.flush();
      while (in.readLine() != null) {
        out.println(Child.MARK + usage(server));
        out.flush();
      }
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  /** Heap (garbage included), buffers outside of it, what the system counts, connections. */
  private static String usage(RpcServer server) throws IOException {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return heap.getUsed()
        + " "
        + direct
        + " "
        + residentBytes()
        + " "
        + server.stats().connections();
  }

  /** As Linux tells it; elsewhere 0. */
  private static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    }
  }

  /** What the process has said of itself. */
  static Memory parse(String usage) {
    String[] words = usage.split(" ", -1);
    return new Memory(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Integer.parseInt(words[3]));
  }

  /** The larger of each. */
  static Memory larger(Memory one, Memory other) {
    return new Memory(
        Math.max(one.heapBytes(), other.heapBytes()),
        Math.max(one.directBytes(), other.directBytes()),
        Math.max(one.residentBytes(), other.residentBytes()),
        Math.max(one.connections(), other.connections()));
  }
}
