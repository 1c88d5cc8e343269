package dev.weft.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.connection.Eventually;
import dev.weft.internal.connection.FakeChannel;
import dev.weft.spi.ForwardingChannel;
import dev.weft.spi.Payload;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A thread of the server's fails where nobody expects it, for lack of memory perhaps. */
final class BrokenThreadsTest {

  private final FakeListener listener = new FakeListener();
  private final BreakingTime time = new BreakingTime();
  private ServerCore server;

  @BeforeEach
  void start() {
    server =
        new RoomyServer()
            .with("echo", (context, argument) -> argument)
            .with(
                "break",
                (context, argument) -> {
                  time.breakHere();
                  return argument;
                })
            .with(
                "failAndBreak",
                (context, argument) -> {
                  time.breakHere(); // when it is about to be logged
                  throw new IllegalStateException("no");
                })
            .start(time, listener);
  }

  @AfterEach
  void nothingIsLeft() {
    server.close();
    Eventually.that("no connection is left", () -> server.connectionCount() == 0);
    Eventually.that("no call runs", () -> server.runningCalls() == 0);
  }

  private FakeClient connected() {
    FakeClient client = listener.connect().hello();
    client.serversHello();
    return client;
  }

  @Test
  void aFailureThatCannotBeDescribedIsAnsweredAllTheSame() {
    FakeClient client = connected();
    client.request(0, "failAndBreak", "x");
    assertThat(client.frame()).startsWith("error 0 FAILED YES ");
    client.request(1, "echo", "x");
    assertThat(client.frames(2)).last().asString().startsWith("response 1: ");
    Eventually.that("no call runs", () -> server.runningCalls() == 0);
  }

  @Test
  void aWorkerThatBreaksLeavesNoCallBehind() {
    int calls = 20;
    for (int round = 0; round < 50; round++) {
      FakeClient client = connected();
      client.send(out -> {
        for (int i = 0; i < calls; i++) {
          String method = i % 4 == 1 ? "break" : "echo";
          out.request(i, client.name(method), 0, Payload.of(new byte[] {0}));
        }
      });
      Eventually.that(
          "all are answered, or the client knows that they will not be",
          () -> client.frames().size() == calls || !client.channel.isOpen());
      client.channel.receiveEnd();
      Eventually.that("no call runs", () -> server.runningCalls() == 0);
      Eventually.that("it is forgotten", () -> server.connectionCount() == 0);
    }
  }

  @Test
  void theAcceptorGoesOnWhateverItMeets() {
    listener.fail(new NoClassDefFoundError("no descriptor to read it with"));
    connected();
    listener.fail(new StackOverflowError());
    connected();
    listener.doThen(() -> {
      time.breakHere(); // when this is about to be logged
      throw new IOException("too many open files");
    });
    connected();
  }

  @Test
  void aChannelThatCannotBeServedIsClosed() {
    FakeChannel channel = new FakeChannel();
    listener.accepted(
        new ForwardingChannel(channel) {
          @Override
          public String peer() {
            throw new OutOfMemoryError("no memory for its name");
          }
        });
    Eventually.that("it is closed", () -> !channel.isOpen());
    connected();
  }
}
