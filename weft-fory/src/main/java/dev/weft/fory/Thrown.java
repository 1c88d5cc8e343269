package dev.weft.fory;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What travels of an exception: neither stack trace nor cause, and nothing of what the JDK's
 * classes keep beside the message.
 *
 * @param type its class's name, or null for the declared class itself
 * @param message as {@link Throwable#getMessage()} told
 * @param fields what the user's own exception classes declare, by name; null only in forged bytes
 */
record Thrown(
    @Nullable String type,
    @Nullable String message,
    @Nullable Map<String, @Nullable Object> fields) {}
