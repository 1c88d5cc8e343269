package dev.weft.fory;

import org.apache.fory.config.Config;
import org.apache.fory.context.ReadContext;
import org.apache.fory.context.WriteContext;
import org.apache.fory.serializer.Serializer;

/**
 * Stands in for Fory's own serializer of a class that Weft does not carry, such as a lambda or a
 * {@code Class}, so that no peer's bytes and no field of type {@code Object} bring one about.
 *
 * <p>Whoever holds the Fory instance.
 */
final class RefusedSerializer<T> extends Serializer<T> {

  RefusedSerializer(Config config, Class<T> type) {
    super(config, type);
  }

  @Override
  public void write(WriteContext context, T value) {
    throw refused();
  }

  @Override
  public T read(ReadContext context) {
    throw refused();
  }

  private IllegalArgumentException refused() {
    return new IllegalArgumentException(type.getTypeName() + " cannot be sent");
  }
}
