package dev.weft.internal.server;

import static java.util.Objects.requireNonNull;

import dev.weft.Execution;
import dev.weft.Metadata;
import dev.weft.internal.connection.Compressions;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.SentFrames;
import dev.weft.internal.connection.SmallBlocks;
import dev.weft.internal.connection.StressChannel;
import dev.weft.internal.connection.SystemTime;
import dev.weft.internal.server.CalledMethods.Called;
import dev.weft.internal.service.MethodDescription;
import dev.weft.reliability.stress.TextCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** A server with one connection, whose reader thread is one of the test's actors. */
final class StressServer {

  private static final byte[] ARGUMENT = "text".getBytes(StandardCharsets.US_ASCII);
  private static final int NUMBER = 0;

  final StressChannel channel = new StressChannel();
  final Connection connection = SmallBlocks.connection(channel, SystemTime.INSTANCE);
  private final ServerMethods methods = new ServerMethods(new TextCodec());
  final ServerCore core;
  final ServerConnection served;

  /** All calls are of this handler, and at most so many run at a time. */
  StressServer(Execution execution, int runningCallsMax, Handler handler) {
    methods.add(
        MethodDescription.function("stress", String.class, String.class), handler, execution);
    core =
        new ServerCore(
            new ServerSettings(
                new TextCodec(),
                Duration.ofSeconds(5),
                1,
                runningCallsMax,
                Integer.MAX_VALUE,
                false,
                1 << 20,
                10,
                1 << 20,
                1 << 20,
                1 << 20,
                Duration.ofSeconds(30),
                1 << 20,
                true,
                SystemTime.INSTANCE,
                new SplittableRandom(),
                Compressions.NONE,
                null,
                null),
            methods,
            List.of());
    served = new ServerConnection(core, connection, 0);
    served.method(NUMBER, StandardCharsets.UTF_8.encode("stress"));
  }

  /** What all calls are of. */
  ServerMethod method() {
    return requireNonNull(methods.find("stress"));
  }

  /** The gates that its calls pass. */
  Gate[] gates() {
    return core.gates(null, method());
  }

  /** What a number would stand for that the client has given to this method. */
  Called called(ServerMethod method) {
    return new Called(served, method, gates(), connection.traffic().calls().method(0, "stress"));
  }

  /** A request comes in. Reader thread only. */
  void request(long callId) {
    served.request(callId, NUMBER, 0, Metadata.EMPTY, ByteBuffer.wrap(ARGUMENT));
  }

  /** The answers that went out. When nobody writes any more. */
  SentFrames sent() {
    return channel.sent();
  }

  /** How many messages have gone out so far. Any thread. */
  long messagesWritten() {
    long[] numbers = new long[10];
    connection.traffic().addTo(numbers);
    return numbers[2];
  }

  /** Ends the threads of its handlers. */
  void end() {
    served.ended();
  }
}
