package dev.weft.fory;

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
    return (JdkTypes.isValue(known) && known != Void.class) // of which there are no objects
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
    // FNV-1a, and MurmurHash3's last mix, because names differ in their last characters.
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < className.length(); i++) {
      hash = (hash ^ className.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return (int) (hash >>> (Long.SIZE - ID_BITS));
  }
}
