package dev.weft.internal.service;

import dev.weft.spi.Marshaller;
import dev.weft.spi.Payload;

/** The bytes of arguments and results. */
public final class Payloads {

  private Payloads() {}

  /** What a request with these arguments holds. */
  public static byte[] arguments(BoundMethod method, Object... arguments) {
    Payload payload = new Payload();
    method.encodeArguments(method.arguments(arguments, 0), payload);
    return payload.toByteArray();
  }

  /** The other way round. */
  public static Object[] arguments(BoundMethod method, byte[] payload) {
    Object decoded = method.decodeArguments(Payload.of(payload), Marshaller.NO_LANE);
    return method.isUnary() ? new Object[] {decoded} : (Object[]) decoded;
  }

  /** What a response with this result holds. */
  public static byte[] result(BoundMethod method, Object result) {
    Payload payload = new Payload();
    method.encodeResult(result, payload, Marshaller.NO_LANE);
    return payload.toByteArray();
  }

  /** The other way round. */
  public static Object resultIn(BoundMethod method, byte[] payload) {
    return method.decodeResult(Payload.of(payload), Marshaller.NO_LANE);
  }
}
