package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.MemoryTransport;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls within the process: {@code mem:name}, with no transport given. */
final class MemoryTest {

  @RegisterExtension final World world = new World();

  private RpcServer server(String address) {
    return world.serverAt(
        address, builder -> builder.function("echo", byte[].class, byte[].class, bytes -> bytes));
  }

  private static byte[] echo(RpcClient client, byte... bytes) {
    return client.function("echo", byte[].class, byte[].class).call(bytes, Duration.ofSeconds(10));
  }

  @Test
  void callsAreCarriedAndTheAddressIsTheName() {
    RpcServer server = server("mem:MemoryTest");
    assertThat(server.address()).isEqualTo("mem:MemoryTest");
    RpcClient client = world.client(server);
    assertThat(echo(client, (byte) 1)).containsExactly(1);
    assertThat(echo(client, new byte[1_000_000])).hasSize(1_000_000);
  }

  @Test
  void aNameIsTakenOnce() {
    server("mem:MemoryTest-once").close();
    server("mem:MemoryTest-once");
    assertThatThrownBy(() -> server("mem:MemoryTest-once"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("somebody else does");
  }

  @Test
  void anUnknownNameIsAsAServerThatIsNotThere() {
    RpcClient client = world.client("mem:MemoryTest-later", builder -> {});
    RpcFunction<byte[], byte[]> failFast =
        client.function("echo", byte[].class, byte[].class, CallOptions.DEFAULT.withFailFast());
    World.until(
        "the first attempt is over",
        () -> {
          try {
            failFast.call(new byte[0], Duration.ofMillis(20));
            return false;
          } catch (RpcConnectionException e) {
            assertThat(e).hasMessageContaining("nobody listens there");
            assertThat(e.executed()).isEqualTo(Executed.NO);
            return true;
          } catch (RpcTimeoutException e) {
            return false;
          }
        });
    server("mem:MemoryTest-later");
    assertThat(echo(client, (byte) 1)).containsExactly(1);
  }

  @Test
  void aTransportOfOnesOwnIsAnotherWorld() {
    server("mem:MemoryTest-world");
    MemoryTransport world2 = new MemoryTransport();
    world.serverAt(
        "mem:MemoryTest-world",
        builder -> builder.transport(world2).function("two", int.class, int.class, i -> 2));
    RpcClient client = world.client("mem:MemoryTest-world", builder -> builder.transport(world2));
    assertThat(client.function("two", int.class, int.class).call(1)).isEqualTo(2);
  }
}
