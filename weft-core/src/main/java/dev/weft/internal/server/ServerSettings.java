package dev.weft.internal.server;

import dev.weft.ConnectionEvent;
import dev.weft.spi.Codec;
import dev.weft.spi.TimeSource;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a server was built with; its builder documents each. */
public record ServerSettings(
    Codec codec,
    Duration handshakeTimeout,
    int connectionsMax,
    int runningCallsMax,
    long runningBytesMax,
    long waitingBytesMax,
    int messageBytesMax,
    TimeSource time,
    @Nullable Consumer<? super ConnectionEvent> listener) {}
