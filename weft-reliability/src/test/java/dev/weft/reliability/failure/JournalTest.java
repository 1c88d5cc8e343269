package dev.weft.reliability.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  @TempDir private Path folder;

  @Test
  void whatOneWritesTheOtherReads() throws IOException {
    try (Journal one = Journal.create(folder.resolve("j"), 10);
        Journal other = Journal.open(one.file())) {
      assertThat(one.add(6, 1)).isZero();
      assertThat(other.get(6)).isEqualTo(1);
      assertThat(other.add(6, 2)).isEqualTo(1);
      assertThat(one.get(6)).isEqualTo(3);
      assertThat(one.count(0, 10)).isEqualTo(3);
      assertThat(one.capacity()).isBetween(10, 13);
    }
    assertThat(Files.exists(folder.resolve("j"))).isFalse();
  }

  @Test
  void neighboursInAWordDoNotLoseEachOthersCounts() throws Exception {
    try (Journal journal = Journal.create(folder.resolve("j"), 8)) {
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int call = t;
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = 0; i < 200; i++) {
                    journal.add(call, 1);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      for (int call = 0; call < 8; call++) {
        assertThat(journal.get(call)).isEqualTo(call < 4 ? 200 : 0);
      }
    }
  }
}
