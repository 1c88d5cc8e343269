package dev.weft.internal.server;

import dev.weft.Authenticator;
import dev.weft.ConnectionEvent;
import dev.weft.internal.connection.Compressions;
import dev.weft.spi.Codec;
import dev.weft.spi.TimeSource;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a server was built with; its builder documents each.
 *
 * @param unansweredRequestsMax of all clients together
 */
public record ServerSettings(
    Codec codec,
    Duration handshakeTimeout,
    int connectionsMax,
    int runningCallsMax,
    int runningCallsPerConnectionMax,
    boolean adaptRunningCalls,
    long runningBytesMax,
    int waitingCallsMax,
    long waitingBytesMax,
    long pendingResponseBytesMax,
    long unansweredRequestsMax,
    Duration slowClientTimeout,
    int messageBytesMax,
    boolean spinning,
    TimeSource time,
    RandomGenerator random,
    Compressions compressions,
    @Nullable Authenticator authenticator,
    @Nullable Consumer<? super ConnectionEvent> listener) {}
