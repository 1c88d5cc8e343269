package dev.weft.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TransportsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://127.0.0.1:7000",
        "tcp://localhost:0",
        "tcp://[::1]:65535",
        "tcp://some-host.example:1",
        "tcp://my_host:80",
        "mem:here",
        "tls://some-host.example:1",
        "unix:/run/weft.sock",
        "unix:///run/weft.sock",
        "unix:/run/weft.sock?mode=0660",
        "unix:/run/weft.sock?mode=600"
      })
  void addressesAre(String address) {
    assertThat(Transports.parse(address)).isEqualTo(URI.create(address));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "127.0.0.1 | it has no scheme",
        "\"\" | it has no scheme",
        "/path | it has no scheme",
        "tcp://127.0.0.1 | it has no port from 0 to 65535",
        "tcp://127.0.0.1: | it has no port from 0 to 65535",
        "tcp://127.0.0.1:x | it has no port from 0 to 65535",
        "tcp://127.0.0.1:65536 | it has no port from 0 to 65535",
        "tcp://127.0.0.1:99999999999 | it has no port from 0 to 65535",
        "tcp://127.0.0.1:-1 | it has no port from 0 to 65535",
        "tcp://[::1] | it has no port from 0 to 65535",
        "tcp://my_host | it has no port from 0 to 65535",
        "tcp://:80 | it has no host",
        "tcp:127.0.0.1:80 | it has no host",
        "tcp:///path | it has no host"
      })
  void othersAreNot(String address, String why) {
    assertThatThrownBy(() -> Transports.parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the address \"" + address + "\" is not one like tcp://127.0.0.1:7000: " + why);
  }

  @Test
  void whatIsNoUriSaysWhere() {
    for (String address : List.of("tcp://a b:1", "127.0.0.1:80", "tcp://[::1:80")) {
      assertThatThrownBy(() -> Transports.parse(address))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "the address \"" + address + "\" is not one like tcp://127.0.0.1:7000: ");
    }
  }

  private record Own(String scheme) implements Transport {
    @Override
    public TransportChannel connect(URI address, Duration timeout) {
      throw new AssertionError();
    }

    @Override
    public TransportListener listen(URI address) {
      throw new AssertionError();
    }
  }

  @Test
  void theUsersOwnComeFirst() {
    Own tcp = new Own("tcp");
    Own mine = new Own("mine");
    URI address = URI.create("tcp://h:1");
    assertThat(Transports.find(address, List.of(mine, tcp), null, SocketBuffers.OF_THE_SYSTEM))
        .isSameAs(tcp);
    assertThat(Transports.find(address, List.of(mine), null, SocketBuffers.OF_THE_SYSTEM))
        .isInstanceOf(TcpTransport.class);
    assertThat(
            Transports.find(
                URI.create("mine:x"), List.of(mine, tcp), null, SocketBuffers.OF_THE_SYSTEM))
        .isSameAs(mine);
  }

  @Test
  void anUnknownSchemeIsToldWhichThereAre() {
    assertThatThrownBy(() ->
            Transports.find(
                URI.create("carrier-pigeon:x"),
                List.of(new Own("mine")),
                null,
                SocketBuffers.OF_THE_SYSTEM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "no transport for carrier-pigeon:x: there are mem, mine, tcp, tls, unix");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "unix:relative | it has no absolute path",
        "unix://host/path | it has no absolute path",
        "unix:/directory/ | its path is a directory's",
        "unix:/path?mode=0888 | after the ? it has no mode of three octal digits",
        "unix:/path?mood=0660 | after the ? it has no mode of three octal digits",
        "unix:/path?mode=4660 | after the ? it has no mode of three octal digits"
      })
  void othersAreNoUnixSockets(String address, String why) {
    assertThatThrownBy(() -> Transports.parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the address \""
                + address
                + "\" is not one like unix:/run/weft.sock?mode=0660: "
                + why);
  }

  @Test
  void weftsOwn() {
    for (String address : List.of("tcp://h:1", "tls://h:1", "unix:/path", "mem:name")) {
      URI uri = Transports.parse(address);
      assertThat(Transports.find(uri, List.of(), null, SocketBuffers.OF_THE_SYSTEM).scheme())
          .isEqualTo(uri.getScheme());
    }
    assertThatThrownBy(() -> Transports.parse("tls://h"))
        .hasMessageContaining("it has no port from 0 to 65535");
  }
}
