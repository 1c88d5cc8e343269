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
 * refuses the null elements that {@code Stream.toList()} allows.
 *
 * <p>The elements are gathered in an array that the list copies: those for short lists are kept,
 * one for each length, for the next list.
 *
 * <p>Whoever holds the Fory instance.
 */
final class ImmutableListWithNulls extends ImmutableListSerializer {

  /** Arrays for longer lists are not kept. */
  private static final int KEPT_LENGTH_MAX = 16;

  /** By their lengths; {@code null} while a list is being read, or when one could not be. */
  private final @Nullable Object[] @Nullable [] spare = new @Nullable Object[KEPT_LENGTH_MAX + 1][];

  ImmutableListWithNulls(TypeResolver resolver, Class<?> type) {
    super(resolver, type);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Collection newCollection(ReadContext context, boolean elementReadAlwaysAdvances) {
    int count = readCollectionSize(context, context.getBuffer(), elementReadAlwaysAdvances);
    setNumElements(count);
    return new Elements(takeArray(count));
  }

  private @Nullable Object[] takeArray(int length) {
    @Nullable Object[] kept = length <= KEPT_LENGTH_MAX ? spare[length] : null;
    if (kept == null) {
      return new @Nullable Object[length];
    }
    spare[length] = null;
    return kept;
  }

  private void giveArray(@Nullable Object[] array) {
    if (array.length <= KEPT_LENGTH_MAX) {
      Arrays.fill(array, null);
      spare[array.length] = array;
    }
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Collection onCollectionRead(Collection collection) {
    Elements elements = (Elements) collection;
    List<?> list = elements.toList();
    giveArray(elements.elements);
    return list;
  }

  /** Gathers as many elements as were announced, without an array list's second copy. */
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
      return nulls ? Arrays.stream(elements).toList() : List.of(elements);
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
