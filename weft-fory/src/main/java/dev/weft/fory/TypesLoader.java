package dev.weft.fory;

import java.util.HashMap;
import java.util.Map;
import org.apache.fory.Fory;
import org.jspecify.annotations.Nullable;

/**
 * Finds the classes of one set of types, whichever loaders they are from. Fory knows one loader
 * only, and looks up an array's element by name.
 *
 * <p>Generated code looks up classes that are not public by name, too, but asks Fory's own loader,
 * and then that of the thread. So where Fory's does not find them ({@link #isNeededByThreads}),
 * this one must be the thread's while Fory works; and where Fory's finds another class of the same
 * name, as behind a loader that serves its own classes first, code must not be generated ({@link
 * #isShadowed}).
 *
 * <p>Any thread.
 */
final class TypesLoader extends ClassLoader {

  private final Map<String, Class<?>> types = new HashMap<>();
  private final boolean neededByThreads;
  private final boolean shadowed;

  TypesLoader(Iterable<Class<?>> types) {
    super(TypesLoader.class.getClassLoader());
    boolean missed = false;
    boolean mistaken = false;
    for (Class<?> type : types) {
      this.types.put(type.getName(), type);
      Class<?> seen = seenByFory(type.getName());
      missed |= seen == null;
      mistaken |= seen != null && seen != type;
    }
    neededByThreads = missed;
    shadowed = mistaken;
  }

  boolean isNeededByThreads() {
    return neededByThreads;
  }

  boolean isShadowed() {
    return shadowed;
  }

  /** Its own first: a loader above may have another class of the same name. */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    Class<?> type = types.get(name);
    return type != null ? type : super.loadClass(name, resolve);
  }

  private static @Nullable Class<?> seenByFory(String name) {
    try {
      return Class.forName(name, false, Fory.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }
}
