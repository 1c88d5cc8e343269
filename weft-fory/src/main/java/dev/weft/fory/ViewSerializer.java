package dev.weft.fory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.fory.context.ReadContext;
import org.apache.fory.resolver.TypeResolver;
import org.apache.fory.serializer.collection.CollectionSerializer;

/**
 * Writes a JDK collection that cannot be made anew, such as a map's {@code values()}, by its
 * elements; it arrives as an {@code ArrayList}, or a {@code LinkedHashSet} if it is a set.
 *
 * <p>Whoever holds the Fory instance.
 */
final class ViewSerializer<T extends Collection<?>> extends CollectionSerializer<T> {

  private final boolean set;

  ViewSerializer(TypeResolver resolver, Class<T> type) {
    super(resolver, type, true);
    set = Set.class.isAssignableFrom(type);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Collection newCollection(ReadContext context, boolean elementReadAlwaysAdvances) {
    setNumElements(readCollectionSize(context, context.getBuffer(), elementReadAlwaysAdvances));
    Collection<?> collection = set ? new LinkedHashSet<>() : new ArrayList<>();
    context.reference(collection);
    return collection;
  }
}
