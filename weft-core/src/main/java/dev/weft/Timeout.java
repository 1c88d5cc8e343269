package dev.weft;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How long calls of this method, or of all methods of this interface, may take at the most, unless
 * the stub's {@link CallOptions} say otherwise.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Timeout {

  /** Milliseconds, at least 1. */
  long millis();
}
