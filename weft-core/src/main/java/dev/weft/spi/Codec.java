package dev.weft.spi;

import java.util.List;

/**
 * Turns the values of calls into bytes and back: arguments, results, declared exceptions.
 *
 * <p>An implementation is found by {@link java.util.ServiceLoader} or given to a client's or
 * server's builder. Both ends of a connection must use codecs of the same {@link #name()}.
 *
 * <p>Any thread.
 */
public interface Codec {

  /**
   * The codec's name and the version of its format, compared in the handshake, such as {@code
   * "fory-1"}. At most 32 printable ASCII characters, without spaces.
   */
  String name();

  /**
   * Prepares to carry values of these types: all that one service, or one function, may send or
   * receive.
   *
   * <p>What is slow about preparing (generating and compiling code, say) should happen in the
   * background, so that neither the caller nor the first call waits for it.
   *
   * @param types the declared types; only they and what they lead to may ever be instantiated by
   *     the returned marshallers
   * @return one marshaller for each type, in their order
   * @throws IllegalArgumentException when a type cannot be sent; the message begins with {@link
   *     ValueType#path()} and goes on with the path inside the type, such as {@code
   *     "WordCounter.count: argument 1: field Order.callback: java.lang.Runnable cannot be sent"}
   */
  List<Marshaller> bind(List<ValueType> types);
}
