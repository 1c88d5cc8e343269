package dev.weft;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What is sent here is a secret, or may be chosen by an attacker: its calls are not compressed,
 * neither their arguments nor their results nor their errors.
 *
 * <p>All calls of a connection are packed together, so the length of what is sent tells how much of
 * it has been sent before. Whoever can see the lengths and have text of his own sent beside a
 * secret can guess it piece by piece (as CRIME and BREACH do with HTTP).
 *
 * <p>On a method or one of its parameters: counts for all that the method carries. On an interface:
 * for all methods that it declares. On a class or record: for all methods and functions that have
 * it as the declared type of an argument or of the result, but not for those that have it further
 * inside.
 */
@Documented
@Target({ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Sensitive {}
