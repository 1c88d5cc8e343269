package dev.weft.spi;

import java.lang.reflect.Type;

/**
 * A declared type together with the place that declares it.
 *
 * @param path where it stands, for error messages, such as {@code "WordCounter.count: argument 1"}
 * @param type the generic type as declared; a class that extends {@link Throwable} is a declared
 *     exception
 */
public record ValueType(String path, Type type) {}
