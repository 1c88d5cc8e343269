package dev.weft.reliability.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditTest {

  @TempDir private Path folder;
  private Journal ends;
  private Journal begun;

  @BeforeEach
  void open() throws IOException {
    ends = Journal.create(folder.resolve("ends"), 100);
    begun = Journal.create(folder.resolve("begun"), 100);
  }

  @AfterEach
  void close() throws IOException {
    ends.close();
    begun.close();
  }

  @ParameterizedTest
  @CsvSource({
    "ANSWERED, 1",
    "NO, 0",
    "MAYBE, 0",
    "MAYBE, 1",
    "YES, 1",
    "SENT, 0",
    "SENT, 1",
  })
  void theseAreAsTheyShouldBe(End end, int runs) {
    ends.add(0, end.code());
    begun.add(0, runs);
    assertThat(Audit.of(1, ends, begun).violations()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "OPEN, 0, has never ended",
    "OPEN, 1, has never ended",
    "ANSWERED, 0, ended with ANSWERED and was run 0 times",
    "ANSWERED, 2, ended with ANSWERED and was run 2 times",
    "WRONG, 1, was given an answer that is not its own",
    "NO, 1, 'was run 1 times, and its caller told that it was not'",
    "MAYBE, 2, was run 2 times",
    "YES, 0, ended with YES and was run 0 times",
    "SENT, 2, was run 2 times",
    "STRANGE, 0, failed with something that is no RpcException"
  })
  void theseAreNot(End end, int runs, String violation) {
    ends.add(0, end.code());
    begun.add(0, runs);
    assertThat(Audit.of(1, ends, begun).violations()).containsExactly("call 0 " + violation);
  }

  @Test
  void whoEndsTwiceIsFoundWhateverTheSecondTime() {
    ends.add(0, End.ANSWERED.code());
    ends.add(0, End.AGAIN);
    begun.add(0, 1);
    assertThat(Audit.of(1, ends, begun).violations()).containsExactly("call 0 ended 2 times");
  }

  @Test
  void manyViolationsAreCountedAndSomeTold() {
    Audit audit = Audit.of(100, ends, begun);
    assertThat(audit.violations()).hasSize(6).last().isEqualTo("95 more such calls");
    assertThat(audit.figures()).isEqualTo("100 calls: 0 answered, 100 OPEN");
  }

  @Test
  void lostOneWayMessagesAreCounted() {
    ends.add(0, End.SENT.code());
    ends.add(1, End.SENT.code());
    begun.add(1, 1);
    Audit audit = Audit.of(2, ends, begun);
    assertThat(audit.oneWaysLost()).isEqualTo(1);
    assertThat(audit.failed()).isZero();
  }
}
