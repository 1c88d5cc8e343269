package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a connection costs outside of the heap that has nothing to say, or nothing yet. */
final class IdleMemoryTest {

  private static final int CONNECTIONS = 300;
  private static final int BYTES_EACH_MAX = 12 * 1024;

  @RegisterExtension final World world = new World();

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void aConnectionWithoutCallsHoldsNoLargeBuffers() throws IOException {
    RpcServer server =
        world.server(builder -> builder.function("echo", String.class, String.class, t -> t));
    long before = directBytes();
    for (int i = 0; i < CONNECTIONS; i++) {
      world.keep(new RawClient(server.address()));
    }
    assertThat(server.stats().connections()).isEqualTo(CONNECTIONS);
    assertThat(directBytes() - before).isLessThan((long) CONNECTIONS * BYTES_EACH_MAX);
  }
}
