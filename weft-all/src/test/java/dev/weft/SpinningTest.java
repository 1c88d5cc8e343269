package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.spi.ForwardingChannel;
import dev.weft.spi.TransportChannel;
import dev.weft.testing.ManualTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Readers that may look again and again, and those that may not. */
final class SpinningTest {

  /** More than a reader sleeps through before it tries for the first time. */
  private static final int CALLS = 100;

  @RegisterExtension final World world = new World();

  private final Queue<Watched> ends = new ConcurrentLinkedQueue<>();

  /** Remembers how often its reader has looked in vain before it slept, or something came. */
  private static final class Watched extends ForwardingChannel {

    final AtomicInteger looksMax = new AtomicInteger();
    private int looks;

    Watched(TransportChannel wrapped) {
      super(wrapped);
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
      int bytes = super.readNow(target);
      looks = bytes == 0 ? looks + 1 : 0;
      looksMax.accumulateAndGet(looks, Math::max);
      return bytes;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      looks = 0;
      return super.read(target);
    }
  }

  private TransportChannel watch(TransportChannel channel) {
    Watched end = new Watched(channel);
    ends.add(end);
    return end;
  }

  private void callOften(boolean spinning) {
    // By clocks of their own, so that it does not depend on who else of this process spins.
    RpcServer server =
        world.server(b ->
            b.time(new ManualTime())
                .spinning(spinning)
                .onConnect(this::watch)
                .function("echo", Integer.class, Integer.class, each -> each));
    RpcClient client =
        world.client(
            server.address(),
            b -> b.time(new ManualTime()).spinning(spinning).onConnect(this::watch));
    RpcFunction<Integer, Integer> echo = client.function("echo", Integer.class, Integer.class);
    for (int i = 0; i < CALLS; i++) {
      assertThat(echo.call(i)).isEqualTo(i);
    }
  }

  @Test
  void byDefaultReadersMayLookAgain() {
    callOften(true);
    assertThat(ends).hasSize(2).anyMatch(end -> end.looksMax.get() > 1);
  }

  @Test
  void otherwiseTheySleepWhenThereIsNothing() {
    callOften(false);
    assertThat(ends).hasSize(2).allMatch(end -> end.looksMax.get() == 1);
  }
}
