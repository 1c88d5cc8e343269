package dev.weft.fory;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.fory.Fory;
import org.apache.fory.config.Int64Encoding;
import org.apache.fory.logging.LoggerFactory;
import org.apache.fory.resolver.ClassResolver;
import org.apache.fory.resolver.SharedRegistry;
import org.apache.fory.resolver.TypeResolver;
import org.apache.fory.serializer.Serializer;
import org.apache.fory.serializer.UnknownClass;
import org.jspecify.annotations.Nullable;

/**
 * The classes that some values may be made of, and how to make a Fory instance that knows these and
 * no others. Equal sets make equal instances.
 *
 * <p>Any thread.
 *
 * @param classes by the name under which the other side knows them
 * @param serializers the user's own, by class
 */
record TypeSet(
    SortedMap<String, Class<?>> classes,
    Map<Class<?>, Function<TypeResolver, ? extends Serializer<?>>> serializers) {

  /** Deeper values are refused when they arrive: each level costs some hundred bytes of stack. */
  static final int DEPTH_MAX = 256;

  /** Far above what the reader's budget, which depends on the message's length, ever allows. */
  static final long GRAPH_BYTES_MAX = 1L << 40;

  /** How many forms of one class, differing in fields, one process may meet among its peers. */
  private static final int VERSIONS_PER_TYPE_MAX = 32;

  /** How many elements without any bytes, such as empty records, a message may announce. */
  private static final int EMPTY_ELEMENTS_MAX = 1 << 13;

  static {
    // Fory logs to standard output. What matters arrives as an exception.
    LoggerFactory.disableLogging();
  }

  TypeSet {
    classes = new TreeMap<>(classes);
    serializers = Map.copyOf(serializers);
    Map<Integer, String> names = new HashMap<>();
    for (String name : classes.keySet()) {
      String other = names.put(ForyTypes.idOf(name), name);
      if (other != null) {
        throw new IllegalArgumentException(
            "%s and %s have the same hash and cannot be told apart: rename one of them"
                .formatted(other, name));
      }
    }
  }

  /**
   * A new instance, slow to make: milliseconds, and hundreds of them when the registry is new.
   *
   * @param loader of these types
   * @param registry holds what equal instances share: generated classes above all
   */
  Fory newFory(TypesLoader loader, SharedRegistry registry) {
    Fory fory =
        Fory.builder()
            .withXlang(false)
            .withCompatible(true)
            .requireClassRegistration(true)
            .withTypeChecker((resolver, className) -> false)
            .withSerializerFactory(TypeSet::refuseUnregistered)
            .registerGuavaTypes(false)
            .withRefTracking(false)
            .serializeEnumByName(true)
            .withNumberCompressed(true)
            // Read otherwise, a string of the encoding 3, which there is not, becomes a broken
            // String.
            .withStringCompressed(true)
            .withLongCompressed(Int64Encoding.TAGGED)
            .withMaxDepth(DEPTH_MAX)
            .withMaxGraphMemoryBytes(GRAPH_BYTES_MAX)
            .withMaxUnbackedContainerItems(EMPTY_ELEMENTS_MAX)
            .withMaxSchemaVersionsPerType(VERSIONS_PER_TYPE_MAX)
            .withCodegen(!loader.isShadowed())
            .withClassLoader(loader)
            .withSharedRegistry(registry)
            .build();
    ClassResolver resolver = (ClassResolver) fory.getTypeResolver();
    Set<Class<?>> known = Set.copyOf(resolver.getRegisteredClasses());
    MoreCollections.register(fory, resolver);
    // Fory forgets this one; UnknownStruct it registers.
    fory.register(UnknownClass.UnknownEnum.class, ForyTypes.idOf("unknown enum"));
    classes.forEach((name, type) -> {
      if (!known.contains(type)) {
        fory.register(type, ForyTypes.idOf(name));
      }
    });
    serializers.forEach((type, creator) -> register(resolver, type, creator.apply(resolver)));
    fory.ensureSerializersCompiled();
    // Last, because the line before makes serializers of lambdas, which need some of these.
    for (Class<?> type : known) {
      if (!ForyTypes.isAllowed(type) && !serializers.containsKey(type)) {
        resolver.registerInternalSerializer(type, new RefusedSerializer<>(fory.getConfig(), type));
      }
    }
    resolver.finishRegistration();
    return fory;
  }

  private static void register(ClassResolver resolver, Class<?> type, Serializer<?> serializer) {
    if (resolver.isInternalRegistered(type)) {
      resolver.registerInternalSerializer(type, serializer);
    } else if (resolver.isRegistered(type)) {
      resolver.registerSerializer(type, serializer);
    }
  }

  /** Fory asks this for each class that it has no serializer for, registered or not. */
  @SuppressWarnings("rawtypes")
  private static @Nullable Serializer refuseUnregistered(TypeResolver resolver, Class type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    boolean constantWithBody = element.getSuperclass() != null && element.getSuperclass().isEnum();
    if (element.isPrimitive()
        || constantWithBody
        || resolver.isRegistered(element)
        || UnknownClass.isUnknowClass(element)) {
      return null;
    }
    throw new IllegalArgumentException(
        type.getTypeName() + " cannot be sent: " + Refusal.reasonAtRunTime(type));
  }
}
