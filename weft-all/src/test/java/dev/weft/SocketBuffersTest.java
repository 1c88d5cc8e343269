package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SocketBuffersTest {

  private static final int BYTES = 8 * 1024 * 1024;

  @RegisterExtension final World world = new World();

  /** How many bytes of a large request the client writes with each system call. */
  private double bytesPerWrite(int socketBytes) {
    RpcServer server =
        world.server(builder -> {
          builder.compression(false).procedure("swallow", byte[].class, bytes -> {});
          if (socketBytes > 0) {
            builder.receiveBufferSize(socketBytes);
          }
        });
    RpcClient client =
        world.client(
            server.address(),
            builder -> {
              if (socketBytes > 0) {
                builder.sendBufferSize(socketBytes);
              }
            });
    client.procedure("swallow", byte[].class).call(new byte[BYTES]);
    return (double) BYTES / client.stats().writes();
  }

  @Test
  void withSmallOnesLessGoesOutAtATime() {
    double normal = bytesPerWrite(0);
    double small = bytesPerWrite(4096);
    assertThat(small).isLessThan(normal / 2);
  }

  @Test
  void aSizeIsPositive() {
    assertThatThrownBy(() -> RpcClient.builder().sendBufferSize(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sendBufferSize 0 is not from 1 to 1073741824");
    assertThatThrownBy(() -> RpcServer.builder().receiveBufferSize(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("receiveBufferSize -1 is not from 1 to 1073741824");
  }
}
