package dev.weft.fory;

import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.apache.fory.context.ReadContext;
import org.apache.fory.resolver.TypeResolver;
import org.apache.fory.serializer.collection.ImmutableCollectionSerializers.ImmutableListSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JDK's immutable lists. Fory's own serializer rebuilds them with {@code List.of}, which
 * refuses the null elements that {@code Stream.toList()} allows, and copies them.
 *
 * <p>Whoever holds the Fory instance.
 */
final class ImmutableListWithNulls extends ImmutableListSerializer {

  ImmutableListWithNulls(TypeResolver resolver, Class<?> type) {
    super(resolver, type);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Collection newCollection(ReadContext context, boolean elementReadAlwaysAdvances) {
    int count = readCollectionSize(context, context.getBuffer(), elementReadAlwaysAdvances);
    setNumElements(count);
    return new Elements(new @Nullable Object[count]);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Collection onCollectionRead(Collection collection) {
    return ((Elements) collection).toList();
  }

  /** Gathers as many elements as were announced, in the array that becomes the list. */
  private static final class Elements extends AbstractCollection<@Nullable Object> {

    private final @Nullable Object[] elements;
    private int count;
    private boolean nulls;

    /**
     * @param elements empty, as long as the list
     */
    Elements(@Nullable Object[] elements) {
      this.elements = elements;
    }

    @Override
    public boolean add(@Nullable Object element) {
      nulls |= element == null;
      elements[count++] = element;
      return true;
    }

    List<?> toList() {
      return OwnedLists.of(elements, nulls);
    }

    @Override
    public Iterator<@Nullable Object> iterator() {
      return Arrays.asList(elements).iterator();
    }

    @Override
    public int size() {
      return count;
    }
  }
}
