package dev.weft.fory;

import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;
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
  private final Conformity conformity;
  private final boolean primitive;
  private final LoomPool pool;

  /**
   * @param name the type as messages call it
   * @param conformity what its values must be
   */
  ValueMarshaller(String path, String name, Class<?> type, Conformity conformity, LoomPool pool) {
    this.path = path;
    this.name = name;
    this.conformity = conformity;
    this.pool = pool;
    primitive = type.isPrimitive() && type != void.class;
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
    if (value == null) {
      if (primitive) {
        throw failed("was expected, but null has come", null);
      }
      return null;
    }
    Object stranger = conformity.firstStranger(value);
    if (stranger != null) {
      throw failed(
          "was expected, but a " + Conformity.describe(value, stranger) + " has come", null);
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

  private IllegalArgumentException failed(String what, @Nullable Throwable cause) {
    return new IllegalArgumentException(path + ": the " + name + " " + what, cause);
  }
}
