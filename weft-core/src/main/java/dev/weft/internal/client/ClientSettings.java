package dev.weft.internal.client;

import dev.weft.ConnectionEvent;
import dev.weft.internal.connection.Compressions;
import dev.weft.spi.ClientInterceptor;
import dev.weft.spi.Codec;
import dev.weft.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a client was built with; its builder documents each. */
public record ClientSettings(
    Codec codec,
    Duration timeout,
    Duration connectTimeout,
    Duration backoffFirst,
    Duration backoffMax,
    int openCallsMax,
    long openBytesMax,
    int messageBytesMax,
    boolean spinning,
    TimeSource time,
    RandomGenerator random,
    Compressions compressions,
    LinkSettings links,
    @Nullable Supplier<byte[]> credentials,
    List<ClientInterceptor> interceptors,
    @Nullable Consumer<? super ConnectionEvent> listener) {}
