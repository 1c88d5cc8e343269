package dev.weft.internal.server;

import dev.weft.Execution;
import dev.weft.internal.connection.Compressions;
import dev.weft.internal.service.MethodDescription;
import dev.weft.internal.service.TinyCodec;
import dev.weft.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** A server of functions from string to string; its limits are in nobody's way, unless set. */
final class RoomyServer {

  private static final TinyCodec CODEC = new TinyCodec();
  private static final int MANY = 100_000;
  private static final int MANY_BYTES = 1 << 24;

  int connectionsMax = MANY;
  int runningCallsMax = MANY;
  int unansweredRequestsMax = Integer.MAX_VALUE;
  int bytesMax = MANY_BYTES;
  int messageBytesMax = MANY_BYTES;
  final ServerMethods methods = new ServerMethods(CODEC);

  /** To run on virtual threads. */
  RoomyServer with(String function, Handler handler) {
    return with(function, Execution.virtualThreads(), handler);
  }

  RoomyServer with(String function, Execution execution, Handler handler) {
    methods.add(
        MethodDescription.function(function, String.class, String.class), handler, execution);
    return this;
  }

  ServerCore start(TimeSource time, FakeListener listener) {
    ServerCore server = core(time, listener);
    server.start();
    return server;
  }

  /** Not started. */
  ServerCore core(TimeSource time, FakeListener... listeners) {
    return new ServerCore(
        new ServerSettings(
            CODEC,
            Duration.ofSeconds(5),
            connectionsMax,
            runningCallsMax,
            Integer.MAX_VALUE,
            false,
            bytesMax,
            0,
            bytesMax,
            bytesMax,
            unansweredRequestsMax,
            Duration.ofSeconds(30),
            messageBytesMax,
            true,
            time,
            new SplittableRandom(),
            Compressions.NONE,
            null,
            null),
        methods,
        List.of(listeners));
  }
}
