package dev.weft.fory;

import java.util.HashMap;
import java.util.Map;

/**
 * Finds the classes of one set of types, whichever loaders they are from: Fory looks up an array's
 * class by its element's name, and knows one loader only.
 *
 * <p>Any thread.
 */
final class TypesLoader extends ClassLoader {

  private final Map<String, Class<?>> types = new HashMap<>();

  TypesLoader(Iterable<Class<?>> types) {
    super(TypesLoader.class.getClassLoader());
    for (Class<?> type : types) {
      this.types.put(type.getName(), type);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    Class<?> type = types.get(name);
    if (type == null) {
      throw new ClassNotFoundException(name);
    }
    return type;
  }
}
