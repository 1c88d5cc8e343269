package dev.weft.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.wire.DeflateCompression;
import dev.weft.spi.Compression;
import dev.weft.spi.Compressor;
import dev.weft.spi.Decompressor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CompressionsTest {

  private static Compression named(String name, boolean unasked, boolean chosen) {
    return new Compression() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public boolean isAvailable(boolean isChosen) {
        return isChosen ? chosen : unasked;
      }

      @Override
      public Compressor compressor() {
        return new DeflateCompression().compressor();
      }

      @Override
      public Decompressor decompressor() {
        return new DeflateCompression().decompressor();
      }
    };
  }

  @Test
  void deflateIsAlwaysThere() {
    assertThat(Compressions.find(List.of(), null).names()).containsExactly("deflate");
    assertThat(Compressions.NONE.names()).isEmpty();
  }

  @Test
  void whatTheUserGivesComesFirst() {
    List<Compression> own = List.of(named("b", true, true), named("a", false, true));
    assertThat(Compressions.find(own, null).names()).containsExactly("b", "a", "deflate");
  }

  @Test
  void whatTheUserNamesCountsInItsOrder() {
    List<Compression> own = List.of(named("b", true, true), named("a", true, true));
    assertThat(Compressions.find(own, List.of("deflate", "a", "a")).names())
        .containsExactly("deflate", "a");
  }

  @Test
  void whatDoesNotWorkHereIsLeftOut() {
    List<Compression> own = List.of(named("a", false, false));
    assertThat(Compressions.find(own, null).names()).containsExactly("deflate");
    assertThat(Compressions.find(own, List.of("a")).names()).containsExactly("deflate");
  }

  @Test
  void whetherTheyWorkIsFoundOutWhenThatIsNeededAndOnce() {
    AtomicInteger asked = new AtomicInteger();
    Compression slow =
        new TinyCompression() {
          @Override
          public boolean isAvailable(boolean chosen) {
            asked.incrementAndGet();
            return true;
          }
        };
    Compressions found = Compressions.find(List.of(slow), null);
    assertThat(asked).hasValue(0);
    assertThat(found.names()).containsExactly("tiny", "deflate");
    assertThat(found.choose(List.of("tiny"))).isSameAs(slow);
    assertThat(asked).hasValue(1);
  }

  @Test
  void aNameThatNothingHasIsRefused() {
    assertThatThrownBy(() -> Compressions.find(List.of(), List.of("lz4")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no compression \"lz4\": there is deflate");
  }

  @Test
  void aNameThatDoesNotFitIntoTheHelloIsRefused() {
    for (String bad : new String[] {"", "a,b", "ü", "x".repeat(33), "a b"}) {
      assertThatThrownBy(() -> Compressions.find(List.of(named(bad, true, true)), null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not \"" + bad + "\"");
    }
  }

  @Test
  void moreThanAHelloHoldsAreNotOffered() {
    List<Compression> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(named("c" + i, true, true));
    }
    assertThat(Compressions.find(many, null).names()).hasSize(16);
  }

  @Test
  void theServerChoosesTheClientsFirstThatItHas() throws HandshakeException {
    Compressions server = Compressions.find(List.of(named("a", true, true)), null);
    assertThat(server.choose(List.of("x", "deflate", "a")).name()).isEqualTo("deflate");
    assertThat(server.choose(List.of("a", "deflate")).name()).isEqualTo("a");
    assertThat(server.choose(List.of("x"))).isNull();
    assertThat(server.choose(List.of())).isNull();
    assertThat(Compressions.NONE.choose(List.of("deflate"))).isNull();
    assertThat(server.chosen(List.of())).isNull();
    assertThat(server.chosen(List.of("deflate")).name()).isEqualTo("deflate");
  }

  @Test
  void aServerThatChoosesWhatWasNotOfferedIsRefused() {
    Compressions client = Compressions.find(List.of(), null);
    for (List<String> wrong : List.of(List.of("zstd"), List.of("deflate", "deflate"))) {
      assertThatThrownBy(() -> client.chosen(wrong))
          .isInstanceOf(HandshakeException.class)
          .hasMessage("the server chooses a compression that was not offered");
    }
  }
}
