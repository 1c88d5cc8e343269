package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ServeCommandTest {

  @Test
  void badAddressIsAUsageError() {
    Weft weft = Weft.run("serve", "--listen", "127.0.0.1:7000");

    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.out()).isEmpty();
    assertThat(weft.err())
        .startsWith("weft: ")
        .contains("127.0.0.1:7000", "tcp://")
        .hasLineCount(1);
  }

  @Test
  void unknownTransportIsAUsageError() {
    Weft weft = Weft.run("serve", "--listen", "pigeon://home");

    assertThat(weft.status()).isEqualTo(2);
    assertThat(weft.err()).contains("pigeon://home").hasLineCount(1);
  }

  @Test
  void portInUseIsAFailure() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "tcp://127.0.0.1:" + taken.getLocalPort();

      Weft weft = Weft.run("serve", "--listen", address);

      assertThat(weft.status()).isEqualTo(1);
      assertThat(weft.out()).isEmpty();
      assertThat(weft.err()).startsWith("weft: cannot listen at " + address).hasLineCount(1);
    }
  }
}
