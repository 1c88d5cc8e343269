package dev.weft.reliability.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Loads Weft once more, changed: before each access to what threads share (volatile fields,
 * atomics, locks, parking) another thread may go on. What the accesses do is the same.
 *
 * <p>Any thread.
 */
final class SteppingClasses extends ClassLoader {

  private static final int API = Opcodes.ASM9;
  private static final String STEPPING = Stepping.class.getName().replace('.', '/');

  /** The queue of workers. */
  private static final String WORKERS = "org/jctools/queues/varhandle/Spmc";

  // The pools of buffers and arrays are of all runs of a world together: what is in them must make
  // no difference to the next run. So the one's queue is not stepped either.
  private static final String SPARE_ARRAYS = "dev/weft/internal/wire/SpareArrays";

  private final ClassLoader original;
  private final Map<String, Set<String>> volatileFields = new HashMap<>();

  SteppingClasses(ClassLoader original) {
    super(original);
    this.original = original;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("dev.weft.") && !name.startsWith("org.jctools.")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String path = name.replace('.', '/');
    byte[] bytes = bytes(path);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    byte[] changed = changed(bytes, isStepped(path));
    return defineClass(name, changed, 0, changed.length);
  }

  private byte @Nullable [] bytes(String path) {
    try (InputStream in = original.getResourceAsStream(path + ".class")) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("the class " + path + " cannot be read", e);
    }
  }

  private static boolean isStepped(String path) {
    return path.startsWith(WORKERS)
        || (path.startsWith("dev/weft/internal/") && !path.equals(SPARE_ARRAYS));
  }

  private byte[] changed(byte[] bytes, boolean stepped) {
    ClassReader reader = new ClassReader(bytes);
    ClassWriter writer = new ClassWriter(0);
    reader.accept(
        new ClassVisitor(API, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            MethodVisitor method =
                super.visitMethod(access, name, descriptor, signature, exceptions);
            if (name.equals("<clinit>")) {
              return new Initializer(method);
            }
            return stepped ? new Steps(method) : method;
          }
        },
        0);
    return writer.toByteArray();
  }

  private boolean isVolatile(String owner, String field) {
    return isStepped(owner)
        && volatileFields.computeIfAbsent(owner, this::volatileFieldsOf).contains(field);
  }

  private Set<String> volatileFieldsOf(String owner) {
    Set<String> fields = new HashSet<>();
    byte[] bytes = bytes(owner);
    if (bytes != null) {
      new ClassReader(bytes)
          .accept(
              new ClassVisitor(API) {
                @Override
                public @Nullable FieldVisitor visitField(
                    int access,
                    String name,
                    String descriptor,
                    @Nullable String signature,
                    @Nullable Object value) {
                  if ((access & Opcodes.ACC_VOLATILE) != 0) {
                    fields.add(name);
                  }
                  return null;
                }
              },
              ClassReader.SKIP_CODE);
    }
    return fields;
  }

  /** Who initializes a class cannot let others go first. */
  private static final class Initializer extends MethodVisitor {

    Initializer(MethodVisitor method) {
      super(API, method);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      super.visitMethodInsn(Opcodes.INVOKESTATIC, STEPPING, "hold", "()V", false);
    }

    @Override
    public void visitInsn(int opcode) {
      if (opcode == Opcodes.RETURN) {
        super.visitMethodInsn(Opcodes.INVOKESTATIC, STEPPING, "release", "()V", false);
      }
      super.visitInsn(opcode);
    }
  }

  private final class Steps extends MethodVisitor {

    Steps(MethodVisitor method) {
      super(API, method);
    }

    private void step() {
      super.visitMethodInsn(Opcodes.INVOKESTATIC, STEPPING, "point", "()V", false);
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
      if (isVolatile(owner, name)) {
        step();
      }
      super.visitFieldInsn(opcode, owner, name, descriptor);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (!name.equals("<init>")
          && (owner.startsWith("java/util/concurrent/") || owner.endsWith("/VarHandle"))) {
        step();
      }
      super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    }
  }
}
