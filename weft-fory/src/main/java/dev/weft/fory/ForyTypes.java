package dev.weft.fory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;
import org.apache.fory.serializer.UnknownClass;

/**
 * What Fory knows without being told, and the numbers by which it learns more.
 *
 * <p>Any thread.
 */
final class ForyTypes {

  /** So that the number's varint takes four bytes at most. */
  private static final int ID_BITS = 28;

  private static final Set<Class<?>> KNOWN_ARRAYS =
      Set.of(
          boolean[].class,
          byte[].class,
          char[].class,
          short[].class,
          int[].class,
          long[].class,
          float[].class,
          double[].class,
          Boolean[].class,
          Byte[].class,
          Character[].class,
          Short[].class,
          Integer[].class,
          Long[].class,
          Float[].class,
          Double[].class,
          String[].class,
          Object[].class);

  /** Beside those that {@link JdkTypes} lists: what its containers are made of inside the JDK. */
  private static final Set<String> KNOWN_PARTS =
      Set.of(
          "java.util.Arrays$ArrayList",
          "java.util.AbstractList$SubList",
          "java.util.AbstractList$RandomAccessSubList",
          "java.util.ArrayList$SubList",
          "java.util.RegularEnumSet",
          "java.util.Comparators$NaturalOrderComparator",
          "java.util.Collections$ReverseComparator",
          "java.util.Collections$SetFromMap",
          "java.util.concurrent.ConcurrentHashMap$KeySetView");

  private ForyTypes() {}

  static boolean isKnownArray(Class<?> type) {
    return KNOWN_ARRAYS.contains(type);
  }

  /**
   * Whether a class that Fory registers by itself may be used. All others (lambdas, proxies, {@code
   * Class}, exceptions, atomics, buffers, Fory's own collections ...) are refused.
   */
  static boolean isAllowed(Class<?> known) {
    String name = known.getName();
    return JdkTypes.isValue(known)
        || JdkTypes.isContainer(known)
        || isKnownArray(known)
        || KNOWN_PARTS.contains(name)
        || name.startsWith("java.util.Collections$Empty")
        || name.startsWith("java.util.Collections$Singleton")
        || name.startsWith("java.util.Collections$Synchronized")
        || name.startsWith("java.util.Collections$Unmodifiable")
        || name.startsWith("java.util.ImmutableCollections$")
        || name.startsWith("org.apache.fory.serializer.collection.SubListSerializers$")
        // An object without fields.
        || known == Object.class
        // What a newer peer's field of a class that is unknown here is read as, to be dropped.
        || known == UnknownClass.UnknownStruct.class;
  }

  /**
   * The number under which both ends register a class: derived from its name alone, so that it does
   * not depend on what else is registered.
   */
  static int idOf(String className) {
    byte[] digest;
    try {
      digest =
          MessageDigest.getInstance("SHA-256").digest(className.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
    int hash = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      hash = (hash << Byte.SIZE) | (digest[i] & 0xff);
    }
    return hash >>> (Integer.SIZE - ID_BITS);
  }
}
