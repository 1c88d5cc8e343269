package dev.weft.fory;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.apache.fory.reflect.FieldAccessor;
import org.jspecify.annotations.Nullable;

/**
 * What is in the user's objects where a type is declared: the fields of this class, or those of
 * what else has come in its place. Fory compares the types of fields, but not what their
 * collections hold.
 *
 * <p>Any thread.
 */
final class ObjectContent implements Conformity.Content {

  private final Class<?> type;
  private final List<Part> parts = new ArrayList<>();
  private final List<Conformity> subtypes = new ArrayList<>();
  private @Nullable ContainerContent container;

  /**
   * @param type the class or interface that is declared
   */
  ObjectContent(Class<?> type) {
    this.type = type;
  }

  /** While it is made: objects of the class itself have this field. */
  void field(Field field, Conformity conformity) {
    parts.add(new Part(field, conformity));
  }

  /** While it is made: this may stand in its place. */
  void subtype(Conformity subtype) {
    subtypes.add(subtype);
  }

  /** While it is made: its objects may be containers, too. */
  void container(ContainerContent newContainer) {
    container = newContainer;
  }

  @Override
  public @Nullable Object firstStranger(Object value) {
    Object stranger = container == null ? null : container.firstStranger(value);
    if (stranger == null && value.getClass() == type) {
      for (int i = 0; stranger == null && i < parts.size(); i++) {
        stranger = parts.get(i).strangerIn(value);
      }
    } else if (stranger == null) {
      for (int i = 0; stranger == null && i < subtypes.size(); i++) {
        stranger = subtypes.get(i).accepts(value) ? subtypes.get(i).firstStranger(value) : null;
      }
    }
    return stranger;
  }

  @Override
  public boolean isDeep() {
    return (container != null && container.isDeep())
        || parts.stream().anyMatch(part -> part.conformity.isDeep())
        || subtypes.stream().anyMatch(Conformity::isDeep);
  }

  @Override
  public void settle() {
    if (container != null && !container.isDeep()) {
      container = null;
    }
    parts.removeIf(part -> !part.conformity.isDeep());
    subtypes.removeIf(subtype -> !subtype.isDeep());
  }

  /** A field, and what it must be. */
  private static final class Part {

    private final Field field;
    private final Conformity conformity;

    /** Made when first needed, not at bind: it makes Fory open what reflection may not. */
    private @Nullable FieldAccessor accessor;

    Part(Field field, Conformity conformity) {
      this.field = field;
      this.conformity = conformity;
    }

    @Nullable Object strangerIn(Object owner) {
      FieldAccessor here = accessor;
      if (here == null) {
        here = FieldAccessor.createAccessor(field);
        accessor = here;
      }
      Object value = here.getObject(owner);
      return value == null ? null : conformity.firstStranger(value);
    }
  }
}
