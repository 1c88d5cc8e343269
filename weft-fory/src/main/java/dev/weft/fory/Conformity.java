package dev.weft.fory;

import org.jspecify.annotations.Nullable;

/**
 * What a decoded value must be to be what its declared type promises, also inside of collections
 * and objects: so a peer with another idea of a signature, or of the type arguments of a field,
 * gets an error, and user code no {@code ClassCastException}, neither now nor when it looks at the
 * value later.
 *
 * <p>Any thread, after {@link ConformityMaker} has made it.
 */
final class Conformity {

  private final Class<?> type;
  private @Nullable Content content;
  private boolean deep;

  /**
   * @param type not a primitive one
   */
  Conformity(Class<?> type) {
    this.type = type;
  }

  /** What is in a value. */
  interface Content {

    /** The first object in it that is not as declared; null when all are. */
    @Nullable Object firstStranger(Object value);

    /** Whether anything in such values can be wrong, as far as is known so far. */
    boolean isDeep();

    /** All is known: what cannot be wrong need not be looked at any more. */
    void settle();
  }

  /** The value itself, or the first object in it, that is not as declared; null when all are. */
  @Nullable Object firstStranger(Object value) {
    if (!accepts(value)) {
      return value;
    }
    Content inside = content;
    return inside == null ? null : inside.firstStranger(value);
  }

  /** What has come, for messages: the class of a value in which there is a stranger, and its. */
  @SuppressWarnings("ReferenceEquality") // that very object
  static String describe(Object value, Object stranger) {
    String strange = stranger.getClass().getTypeName();
    return value == stranger
        ? strange
        : value.getClass().getTypeName() + " that holds a " + strange;
  }

  /** The same of several values, of which some may be null. */
  @Nullable Object firstStrangerAmong(Iterable<?> values) {
    Content inside = content;
    for (Object value : values) {
      if (value != null) {
        if (!accepts(value)) {
          return value;
        }
        Object stranger = inside == null ? null : inside.firstStranger(value);
        if (stranger != null) {
          return stranger;
        }
      }
    }
    return null;
  }

  /** Whether a value is of the right class, whatever is in it. */
  boolean accepts(Object value) {
    // The first is cheap, and nearly always right.
    return value.getClass() == type || type.isInstance(value);
  }

  /** While it is made. */
  void content(Content newContent) {
    content = newContent;
  }

  /** Whether there can be something wrong in a value of the right class. */
  boolean isDeep() {
    return deep;
  }

  /** Whether a value can be of a wrong class, or something in it wrong. */
  boolean canFail() {
    return deep || type != Object.class;
  }

  /** While it is made: whether it turns out only now that it is deep. */
  boolean becomesDeep() {
    if (deep || content == null || !content.isDeep()) {
      return false;
    }
    deep = true;
    return true;
  }

  /** All is known. */
  void settle() {
    if (!deep) {
      content = null;
    } else if (content != null) {
      content.settle();
    }
  }
}
