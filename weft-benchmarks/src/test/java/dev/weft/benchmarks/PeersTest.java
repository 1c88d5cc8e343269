package dev.weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PeersTest {

  @Test
  void peersComeInTheOrderOfTheirNames() {
    assertThat(Peers.named(List.of("grpc", "weft-inline", "weft")))
        .extracting(Peer::name)
        .containsExactly("grpc", "weft-inline", "weft");
  }

  @Test
  void unknownPeerIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> Peers.named(List.of("weft", "corba")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no peer \"corba\": there are " + String.join(", ", Peers.names()));
  }
}
