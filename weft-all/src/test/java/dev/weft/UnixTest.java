package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Calls over unix sockets, and the files that belong to these. */
@DisabledOnOs(OS.WINDOWS)
final class UnixTest {

  @RegisterExtension final World world = new World();
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("weft.sock");
  }

  private RpcServer server(String address) {
    return world.serverAt(
        address,
        builder ->
            builder
                .function("echo", byte[].class, byte[].class, bytes -> bytes)
                .function(
                    "whoAmI",
                    String.class,
                    String.class,
                    (context, nothing) ->
                        context.peerIdentity().unixUser().orElse("?")
                            + " "
                            + context.peerIdentity().unixGroup().orElse("?")
                            + " "
                            + context.peer()));
  }

  private static byte[] echo(RpcClient client, byte... bytes) {
    return client.function("echo", byte[].class, byte[].class).call(bytes);
  }

  @Test
  void callsAreCarried() {
    RpcServer server = server("unix:" + path);
    assertThat(server.address()).isEqualTo("unix:" + path);
    RpcClient client = world.client(server);
    assertThat(echo(client, (byte) 1, (byte) 2)).containsExactly(1, 2);
    byte[] big = new byte[3_000_000];
    new SplittableRandom(1).nextBytes(big);
    assertThat(echo(client, big)).isEqualTo(big);
    assertThat(echo(world.client("unix://" + path, builder -> {}), (byte) 3)).containsExactly(3);
  }

  @Test
  void theAuthenticatorKnowsTheUserToo() throws IOException {
    RpcServer server =
        world.serverAt(
            "unix:" + path,
            builder ->
                builder
                    .authenticator((peer, none) -> () -> peer.identity().unixUser().orElse("?"))
                    .function(
                        "whoAmI",
                        String.class,
                        String.class,
                        (context, nothing) -> context.principal().orElseThrow().getName()));
    assertThat(world.client(server).function("whoAmI", String.class, String.class).call(""))
        .isEqualTo(Files.getOwner(path).getName());
  }

  @Test
  void theKernelTellsWhoTheCallerIs() throws IOException {
    RpcServer server = server("unix:" + path);
    RpcFunction<String, String> whoAmI =
        world.client(server).function("whoAmI", String.class, String.class);
    // A file's owner and group are the process's, too.
    String user = Files.getOwner(path).getName();
    Object group = Files.getAttribute(path, "posix:group");
    assertThat(whoAmI.call("")).isEqualTo(user + " " + group + " unix:" + path + "#1");
    assertThat(world.client(server).function("whoAmI", String.class, String.class).call(""))
        .endsWith("#2");
  }

  @Test
  void theFileIsRemovedAtTheClose() {
    RpcServer server = server("unix:" + path);
    assertThat(path).exists();
    server.close();
    assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isFalse();
    server.close();
  }

  @Test
  void aFileThatIsAnothersByNowStays() throws IOException {
    RpcServer server = server("unix:" + path);
    Files.delete(path);
    RpcServer next = server("unix:" + path);
    server.close();
    assertThat(echo(world.client(next), (byte) 1)).containsExactly(1);
  }

  @Test
  void theModeCanBeSet() throws IOException {
    for (String mode : new String[] {"0660 rw-rw----", "600 rw-------", "0777 rwxrwxrwx"}) {
      String octal = mode.substring(0, mode.indexOf(' '));
      RpcServer server = server("unix:" + path + "?mode=" + octal);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo(mode.substring(octal.length() + 1));
      assertThat(server.address()).as("without the mode").isEqualTo("unix:" + path);
      assertThat(echo(world.client(server), (byte) 1)).containsExactly(1);
      server.close();
    }
  }

  @Test
  void whatAKilledServerHasLeftBehindIsReplaced() throws IOException {
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).as("the JDK leaves it").exists();
    RpcServer server = server("unix:" + path);
    assertThat(echo(world.client(server), (byte) 1)).containsExactly(1);
  }

  @Test
  void aLivingServersSocketIsNotTaken() {
    RpcServer server = server("unix:" + path);
    assertThatThrownBy(() -> server("unix:" + path))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot listen at unix:" + path + ": somebody else does");
    assertThat(echo(world.client(server), (byte) 1)).containsExactly(1);
  }

  @Test
  void aFileThatIsNoSocketIsNotTouched() throws IOException {
    Files.writeString(path, "precious");
    assertThatThrownBy(() -> server("unix:" + path))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot listen at unix:" + path + ": there is a file that is not a socket");
    assertThat(path).hasContent("precious");
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    assertThatThrownBy(() -> server("unix:" + link)).hasMessageContaining("not a socket");
    assertThatThrownBy(() -> server("unix:" + folder)).hasMessageContaining("not a socket");
  }

  @Test
  void aPathThatCannotBeHadIsTold() {
    Path nowhere = folder.resolve("none").resolve("weft.sock");
    assertThatThrownBy(() -> server("unix:" + nowhere))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot listen at unix:" + nowhere);
    Path tooLong = folder.resolve("x".repeat(120));
    assertThatThrownBy(() -> server("unix:" + tooLong))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("too long");
  }

  @Test
  void clientsWaitForAServerThatIsNotThereYet() {
    RpcClient client = world.client("unix:" + path, builder -> {});
    assertThatThrownBy(() ->
            client.function("echo", int.class, int.class).call(1, java.time.Duration.ofMillis(50)))
        .isInstanceOf(RpcException.class)
        .satisfies(e -> assertThat(((RpcException) e).executed()).isEqualTo(Executed.NO));
    server("unix:" + path);
    assertThat(echo(client, (byte) 1)).containsExactly(1);
  }

  @Test
  void aStoppedServerCanBeStartedAgainAndItsClientsFindIt() {
    RpcServer first = server("unix:" + path);
    RpcClient client = world.client(first);
    assertThat(echo(client, (byte) 1)).containsExactly(1);
    first.close();
    World.until("it is noticed", () -> client.stats().connections() == 0);
    server("unix:" + path);
    assertThat(echo(client, (byte) 2)).containsExactly(2);
  }

  @Test
  void pathsMayHaveSpaces() {
    Path spaced = folder.resolve("a b.sock");
    RpcServer server = server("unix:" + spaced.toUri().getRawPath());
    assertThat(spaced).exists();
    assertThat(server.address()).isEqualTo("unix:" + folder + "/a%20b.sock");
    assertThat(echo(world.client(server), (byte) 1)).containsExactly(1);
  }
}
