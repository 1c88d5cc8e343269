package dev.weft;

import dev.weft.internal.wire.Hello;
import dev.weft.spi.Codec;
import java.util.ServiceLoader;

/** What clients and servers have in common where nothing is said. */
final class Defaults {

  /** About what a request takes, from when it comes to when its small answer is written. */
  private static final int REQUEST_BYTES = 512;

  private static final int CONNECTIONS_MAX = 16 * 1024;

  /** More than a connection takes at rest, with room for the calls. */
  private static final int CONNECTION_BYTES = 64 * 1024;

  /** 64 MiB: larger than any message that should be one. */
  static final int MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

  private Defaults() {}

  /** The codec on the class or module path. */
  static Codec codec() {
    return ServiceLoader.load(Codec.class)
        .findFirst()
        .map(Defaults::checkName)
        .orElseThrow(() ->
            new IllegalStateException(
                "there is no codec: depend on dev.weft:weft (or weft-fory) instead of"
                    + " weft-core alone, or give the builder one"));
  }

  /** The codec, if its name can be sent: the peer would end the connection without a reason. */
  static Codec checkName(Codec codec) {
    if (!Hello.isName(codec.name())) {
      throw new IllegalArgumentException(
          "a codec's name is of at most 32 printable ASCII characters, without spaces, not \""
              + codec.name()
              + "\"");
    }
    return codec;
  }

  /** This many bytes, but at most such a part of the heap: it must not be a peer's to fill. */
  static long shareOfHeap(long bytes, int part) {
    return Math.min(bytes, Math.max(1, Runtime.getRuntime().maxMemory() / part));
  }

  /** Of all clients of a server together: for an eighth of the heap. */
  static long unansweredRequestsMax() {
    return shareOfHeap(Long.MAX_VALUE, 8) / REQUEST_BYTES;
  }

  /** Of a server: no peer should be able to fill the heap with connections alone. */
  static int connectionsMax(long heapBytes) {
    return (int) Math.max(1, Math.min(CONNECTIONS_MAX, heapBytes / CONNECTION_BYTES));
  }

  /** The number, if it is positive. */
  static long checkPositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + " is not positive");
    }
    return value;
  }

  /** The number, if it is in the range. */
  static int checkRange(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + " " + value + " is not from " + min + " to " + max);
    }
    return value;
  }
}
