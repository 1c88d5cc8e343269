package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Texts that travel with a call. */
class MetadataTest {

  private static final CallOptions BLUE = CallOptions.DEFAULT.withMetadata("tenant", "blue");

  @RegisterExtension final World world = new World();

  /** Every method tells the metadata that has come with its call. */
  interface Mirror {
    String see();

    String seeBig(byte[] bytes);

    CompletableFuture<String> seeLater();

    @OneWay
    void note();
  }

  private final BlockingQueue<String> noted = new LinkedBlockingQueue<>();

  private final class RealMirror implements Mirror {
    @Override
    public String see() {
      return CallContext.current().metadata().toString();
    }

    @Override
    public String seeBig(byte[] bytes) {
      return bytes.length + see();
    }

    @Override
    public CompletableFuture<String> seeLater() {
      return CompletableFuture.completedFuture(see());
    }

    @Override
    public void note() {
      noted.add(see());
    }
  }

  private RpcServer server;
  private RpcClient client;

  @BeforeEach
  void start() {
    server =
        world.server(b ->
            b.service(Mirror.class, new RealMirror())
                .function(
                    "mirror",
                    String.class,
                    String.class,
                    (context, text) -> {
                      String seen = text + context.metadata();
                      noted.add(seen);
                      return seen;
                    }));
    client = world.client(server);
  }

  @Test
  void itTravelsWithTheCallsOfAService() throws InterruptedException {
    Mirror mirror = client.service(Mirror.class, BLUE);
    assertThat(mirror.see()).isEqualTo("{tenant=blue}");
    assertThat(World.get(mirror.seeLater())).isEqualTo("{tenant=blue}");
    mirror.note();
    assertThat(noted.poll(20, TimeUnit.SECONDS)).isEqualTo("{tenant=blue}");
    assertThat(client.service(Mirror.class).see()).isEqualTo("{}");
  }

  @Test
  void itTravelsWithTheCallsOfAFunction() throws InterruptedException {
    RpcFunction<String, String> mirror =
        client.function("mirror", String.class, String.class).withOptions(BLUE);
    assertThat(mirror.call("a")).isEqualTo("a{tenant=blue}");
    assertThat(World.get(mirror.callAsync("b"))).isEqualTo("b{tenant=blue}");
    noted.clear();
    mirror.send("c");
    assertThat(noted.poll(20, TimeUnit.SECONDS)).isEqualTo("c{tenant=blue}");
  }

  @Test
  void oneCallOfAStubCanHaveItsOwn() {
    Mirror mirror = client.service(Mirror.class);
    CallOptions own = BLUE.withMetadata("request", "17");
    assertThat(client.withOptions(mirror, own).see()).isEqualTo("{tenant=blue, request=17}");
    assertThat(mirror.see()).isEqualTo("{}");
  }

  @Test
  void onlyStubsOfThisClientCanHaveOtherOptions() {
    RpcClient other = world.client(server);
    for (Mirror wrong : new Mirror[] {new RealMirror(), other.service(Mirror.class)}) {
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(() -> client.withOptions(wrong, BLUE)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not an object of this client's service");
    }
  }

  @Test
  void bigCallsCarryAsMuchOfItAsThereMayBe() {
    CallOptions options = CallOptions.DEFAULT;
    for (int i = 0; i < Metadata.ENTRIES_MAX; i++) {
      options = options.withMetadata("k" + i, "v".repeat(120));
    }
    Mirror mirror = client.service(Mirror.class, options);
    assertThat(mirror.seeBig(new byte[300_000])).isEqualTo("300000" + options.metadata());
    assertThat(mirror.seeBig(new byte[60_000])).isEqualTo("60000" + options.metadata());
  }

  @Test
  void aHandlersCallsDoNotInheritIt() {
    RpcServer front =
        world.server(b ->
            b.function(
                "front",
                String.class,
                String.class,
                text -> client.function("mirror", String.class, String.class).call(text)));
    RpcFunction<String, String> f =
        world.client(front).function("front", String.class, String.class).withOptions(BLUE);
    assertThat(f.call("x")).isEqualTo("x{}");
  }
}
