package dev.weft;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A generic type as a value, for functions whose request or response is one: {@code new
 * TypeRef<List<String>>() {}}.
 */
public abstract class TypeRef<T> {

  private final Type type;

  /** Only for anonymous subclasses that name the type. */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)
        || parameterized.getRawType() != TypeRef.class) {
      throw new IllegalArgumentException("write it as: new TypeRef<List<String>>() {}");
    }
    this.type = parameterized.getActualTypeArguments()[0];
  }

  /** The type between the angle brackets. */
  public final Type type() {
    return type;
  }
}
