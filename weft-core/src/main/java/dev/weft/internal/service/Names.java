package dev.weft.internal.service;

import dev.weft.internal.wire.Frame;
import java.nio.charset.StandardCharsets;

/** What services and functions may be called. */
final class Names {

  private Names() {}

  static String checkFunction(String name) {
    check("function", name);
    if (name.indexOf('(') >= 0) {
      throw new IllegalArgumentException(
          "function name \"" + name + "\": a parenthesis is reserved for methods of services");
    }
    return name;
  }

  static String checkService(String name) {
    check("service", name);
    if (name.indexOf('(') >= 0 || name.indexOf('.') >= 0) {
      throw new IllegalArgumentException(
          "service name \"" + name + "\": must not contain a dot or a parenthesis");
    }
    return name;
  }

  private static void check(String what, String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a " + what + "'s name must not be empty");
    }
    checkLength(name);
  }

  static String checkLength(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > Frame.METHOD_NAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          "the name "
              + name.substring(0, 40)
              + "... has "
              + bytes
              + " bytes, over the limit of "
              + Frame.METHOD_NAME_BYTES_MAX);
    }
    return name;
  }
}
