package dev.weft.fory;

import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
import java.lang.invoke.MethodType;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Carries values of one declared type that is no exception.
 *
 * <p>Any thread.
 */
final class ValueMarshaller implements Marshaller {

  private static final Pattern FORYS_ADVICE =
      Pattern.compile(
          "(, please check whether|, the deserialization data|\\. If ).*", Pattern.DOTALL);

  private final String path;
  private final String name;
  private final Shape declared;
  private final boolean primitive;
  private final LoomPool pool;

  /**
   * @param name the type as messages call it
   */
  ValueMarshaller(String path, String name, Shape declared, LoomPool pool) {
    this.path = path;
    this.name = name;
    this.pool = pool;
    Class<?> boxed = MethodType.methodType(declared.raw()).wrap().returnType();
    this.declared = new Shape(boxed, declared.parts());
    primitive = declared.raw().isPrimitive() && declared.raw() != void.class;
  }

  @Override
  public void encode(@Nullable Object value, Payload target, int lane) {
    Loom loom = pool.borrow(lane);
    try {
      loom.write(value, target);
    } catch (RuntimeException e) {
      throw failed("cannot be encoded: " + reason(e), e);
    } catch (StackOverflowError e) {
      loom.breakDown();
      throw failed("cannot be encoded: its objects form a cycle, or are nested too deep", null);
    } catch (Error e) {
      loom.breakDown();
      throw failed("cannot be encoded: " + e, e);
    } finally {
      pool.giveBack(loom);
    }
  }

  @Override
  public @Nullable Object decode(byte[] bytes, int offset, int length, int lane) {
    Object value = read(bytes, offset, length, lane);
    Object stranger =
        value == null && primitive ? "null" : Conformity.firstStranger(declared, value);
    if (stranger != null) {
      throw failed("was expected, but a " + describe(stranger, value) + " has come", null);
    }
    return value;
  }

  private @Nullable Object read(byte[] bytes, int offset, int length, int lane) {
    Loom loom = pool.borrow(lane);
    try {
      return loom.read(bytes, offset, length);
    } catch (RuntimeException | AssertionError e) {
      // Fory checks some of the bytes by assertions: where those are off, an exception comes later.
      throw failed("cannot be decoded from these bytes: " + reason(e), e);
    } catch (Error e) {
      loom.breakDown();
      throw failed("cannot be decoded from these bytes: " + e, e);
    } finally {
      pool.giveBack(loom);
    }
  }

  /**
   * Ours speak for themselves; Fory's mean more with their class, and advise what does not help.
   */
  private static String reason(Throwable e) {
    return e instanceof IllegalArgumentException
        ? String.valueOf(e.getMessage())
        : FORYS_ADVICE.matcher(e.toString()).replaceFirst("");
  }

  private String describe(Object stranger, @Nullable Object value) {
    if (value == null) {
      return "null";
    }
    String name = stranger.getClass().getTypeName();
    return declared.raw().isInstance(value)
        ? value.getClass().getTypeName() + " that holds a " + name
        : name;
  }

  private IllegalArgumentException failed(String what, @Nullable Throwable cause) {
    return new IllegalArgumentException(path + ": the " + name + " " + what, cause);
  }
}
