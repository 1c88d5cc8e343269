package dev.weft.reliability.fuzz;

import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.RefusalKind;
import dev.weft.internal.wire.WireException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first bytes of a connection: whole, and each byte more of them. */
final class HelloTarget implements FuzzTarget {

  @Override
  public String name() {
    return "hello";
  }

  @Override
  public void run(byte[] input) {
    Hello hello = decode(ByteBuffer.wrap(input));
    for (int length = 0; length < Math.min(input.length, 64); length++) {
      Hello early = decode(ByteBuffer.wrap(input, 0, length));
      if (early != null && !early.toString().equals(String.valueOf(hello))) {
        throw new Finding("a part of a hello is another one: " + early + ", then " + hello);
      }
    }
  }

  private static @Nullable Hello decode(ByteBuffer bytes) {
    try {
      return Hello.decode(bytes);
    } catch (WireException e) {
      return null;
    }
  }

  @Override
  public long allocatedBytesMax(int inputBytes) {
    return 256 * 1024 + 64L * 64 * inputBytes;
  }

  @Override
  public List<byte[]> seeds() {
    Hello plain = new Hello("fory-1", 64 << 20, null);
    return List.of(
        bytes(plain),
        bytes(plain.compressing(List.of("zstd", "deflate"))),
        bytes(plain.withCredentials("token".getBytes(StandardCharsets.UTF_8))),
        bytes(plain.refusing(RefusalKind.NOT_PERMITTED, "not you")),
        "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
        new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, -4, 3, 3});
  }

  static byte[] bytes(Hello hello) {
    ByteBuffer encoded = hello.encode();
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }
}
