package dev.weft.fory;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.apache.fory.Fory;
import org.apache.fory.resolver.ClassResolver;
import org.apache.fory.serializer.collection.CollectionSerializer;
import org.apache.fory.serializer.collection.MapSerializer;

/**
 * The JDK's classes that can be sent though Fory does not know them by itself, or not well.
 *
 * <p>Any thread.
 */
final class MoreCollections {

  /** Whatever a method returns that just computed something; private classes, found by example. */
  @SuppressWarnings("JdkObsolete") // LinkedList: its views are classes of their own
  private static final List<? extends Collection<?>> VIEWS =
      List.of(
          new HashMap<>().keySet(),
          new HashMap<>().values(),
          new LinkedHashMap<>().keySet(),
          new LinkedHashMap<>().values(),
          new TreeMap<>().keySet(),
          new TreeMap<>().values(),
          new EnumMap<>(TimeUnit.class).keySet(),
          new EnumMap<>(TimeUnit.class).values(),
          new ConcurrentHashMap<>().values(),
          Collections.nCopies(2, ""),
          new ArrayList<>().reversed(),
          Collections.unmodifiableList(new LinkedList<>()).reversed(),
          new LinkedList<>().reversed());

  private MoreCollections() {}

  static void register(Fory fory, ClassResolver resolver) {
    collection(fory, resolver, Stack.class);
    collection(fory, resolver, ConcurrentLinkedQueue.class);
    collection(fory, resolver, ConcurrentLinkedDeque.class);
    collection(fory, resolver, LinkedBlockingDeque.class);
    map(fory, resolver, Hashtable.class);
    for (Collection<?> view : VIEWS) {
      view(fory, resolver, view.getClass());
    }
    // Fory reads the map behind it, too, whose class a peer could choose: an immutable one is only
    // half made then.
    Class<?> setFromMap = Collections.newSetFromMap(new HashMap<>()).getClass();
    resolver.registerInternalSerializer(setFromMap, view(resolver, setFromMap));
    Class<?> immutableList = List.of(1, 2, 3).getClass();
    resolver.registerInternalSerializer(
        immutableList, new ImmutableListWithNulls(resolver, immutableList));
    // What ZoneId.of returns, unless it is a ZoneOffset.
    register(fory, ZoneId.of("Europe/Berlin").getClass());
  }

  private static <T extends Collection<?>> void collection(
      Fory fory, ClassResolver resolver, Class<T> type) {
    register(fory, type);
    fory.registerSerializer(type, new CollectionSerializer<>(resolver, type, true));
  }

  private static <T extends Map<?, ?>> void map(Fory fory, ClassResolver resolver, Class<T> type) {
    register(fory, type);
    fory.registerSerializer(type, new MapSerializer<>(resolver, type, true));
  }

  private static void view(Fory fory, ClassResolver resolver, Class<?> type) {
    register(fory, type);
    fory.registerSerializer(type, view(resolver, type));
  }

  @SuppressWarnings("unchecked") // all are collections
  private static ViewSerializer<?> view(ClassResolver resolver, Class<?> type) {
    return new ViewSerializer<>(resolver, (Class<? extends Collection<?>>) type);
  }

  private static void register(Fory fory, Class<?> type) {
    fory.register(type, ForyTypes.idOf(type.getName()));
  }
}
