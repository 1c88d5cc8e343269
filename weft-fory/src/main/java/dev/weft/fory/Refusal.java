package dev.weft.fory;

import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.lang.reflect.Modifier;
import java.nio.Buffer;
import java.nio.file.Path;
import java.util.Calendar;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.Callable;

/**
 * Why a type cannot be sent, and what to do instead: one short clause for a message.
 *
 * <p>Any thread.
 */
final class Refusal {

  private static final String REGISTER =
      "register what stands behind it with ForyCodec.builder().register(...)";

  private Refusal() {}

  static String reason(Class<?> type) {
    if (type == Object.class) {
      return "say which type it is, or " + REGISTER;
    }
    if (Throwable.class.isAssignableFrom(type)) {
      return "an exception travels only where a method declares it";
    }
    if (type == CharSequence.class || type == StringBuilder.class || type == StringBuffer.class) {
      return "send a String";
    }
    if (isCode(type)) {
      return "it is code, not data";
    }
    if (type.getName().startsWith("java.util.concurrent.atomic.")) {
      return "send the plain value";
    }
    if (isStream(type)) {
      return "send its content, as a byte[] or a String";
    }
    if (Path.class.isAssignableFrom(type) || File.class.isAssignableFrom(type)) {
      return "send its name as a String";
    }
    if (Calendar.class.isAssignableFrom(type) || TimeZone.class.isAssignableFrom(type)) {
      return "send a value of java.time";
    }
    if (type == Class.class || type.getName().startsWith("java.lang.reflect.")) {
      return "it belongs to this JVM; send its name as a String";
    }
    if (!JdkTypes.isJdk(type) || isOpenValue(type)) {
      if (type.isInterface()) {
        return "seal the interface, or " + REGISTER;
      }
      if (Modifier.isAbstract(type.getModifiers())) {
        return "seal the class, or " + REGISTER;
      }
    }
    return "send the data it stands for, in a record";
  }

  /** The reason for a value's class that no signature led to. */
  static String reasonAtRunTime(Class<?> type) {
    if (type.isSynthetic() || type.isHidden()) {
      return "it is code, not data";
    }
    if (!JdkTypes.isJdk(type)) {
      return "it is none of the types that the signature leads to; seal its supertype, or register"
          + " it with ForyCodec.builder().register(...)";
    }
    if (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
      return "copy it into a usual collection, such as an ArrayList or a HashMap";
    }
    return reason(type);
  }

  private static boolean isOpenValue(Class<?> type) {
    return type == Number.class || type == Comparable.class || type == java.io.Serializable.class;
  }

  private static boolean isCode(Class<?> type) {
    return type.isAnnotationPresent(FunctionalInterface.class)
        || type == Runnable.class
        || type == Callable.class
        || type == Comparator.class;
  }

  private static boolean isStream(Class<?> type) {
    return InputStream.class.isAssignableFrom(type)
        || OutputStream.class.isAssignableFrom(type)
        || Reader.class.isAssignableFrom(type)
        || Writer.class.isAssignableFrom(type)
        || Buffer.class.isAssignableFrom(type)
        || type.getName().startsWith("java.util.stream.");
  }
}
