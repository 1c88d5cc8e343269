package dev.weft.internal.wire;

import dev.weft.Executed;
import dev.weft.Metadata;

/**
 * The kinds of frames and their limits, as {@code docs/WIRE.md} specifies them.
 *
 * <p>A frame is its kind (one byte), the length of its body (varint), and its body.
 */
public final class Frame {

  /** Call id, method, timeout, arguments. */
  public static final int REQUEST = 1;

  /** Method, arguments: nobody waits for an answer. */
  public static final int ONE_WAY = 2;

  /** Call id, result. */
  public static final int RESPONSE = 3;

  /** Call id, code, whether it was executed, type, message, declared exception. */
  public static final int ERROR = 4;

  /** Call id: nobody waits for the answer any more. */
  public static final int CANCEL = 5;

  /** Eight bytes to be sent back. */
  public static final int PING = 6;

  /** The eight bytes of the ping. */
  public static final int PONG = 7;

  /** Reason: send no more requests on this connection. */
  public static final int GO_AWAY = 8;

  /** A piece of a frame that is too big for one block. */
  public static final int FRAGMENT = 9;

  /** Number, name: from now on, the number stands for the method of this name. */
  public static final int METHOD = 10;

  /** From here on, unknown kinds are skipped; unknown kinds below end the connection. */
  public static final int OPTIONAL = 128;

  /** The bits below the method's number in a request; they are kept for what may follow it. */
  static final int METHOD_FLAG_BITS = 2;

  /** In a method's number: metadata stands before the payload. */
  static final int METHOD_FLAG_METADATA = 1;

  /**
   * Bytes of a metadata section without its length: what {@link dev.weft.Metadata} may hold, and
   * the lengths of its entries.
   */
  static final int METADATA_BYTES_MAX = Metadata.BYTES_MAX + 4 * Metadata.ENTRIES_MAX;

  /** In a fragment's flags: the kind and the length of the whole body come first. */
  static final int FRAGMENT_FIRST = 1;

  /** In a fragment's flags: the rest of the frame will not come. */
  static final int FRAGMENT_ABORT = 2;

  /** Methods that one connection may number. */
  public static final int METHODS_MAX = 4096;

  /** Bytes of a method's name. */
  public static final int METHOD_NAME_BYTES_MAX = 1024;

  /** Bytes of an error's type or message, or of a reason. */
  public static final int TEXT_BYTES_MAX = 4096;

  /** A call's slot is the lowest 16 bits of its id; the rest is the slot's generation. */
  public static final int SLOT_BITS = 16;

  /** Calls that one connection may have open. */
  public static final int SLOTS_MAX = 1 << SLOT_BITS;

  /** The longest timeout on the wire, in milliseconds: seven days. */
  public static final int TIMEOUT_MILLIS_MAX = 7 * 24 * 3600 * 1000;

  /** Bytes before the payload that a frame takes at most, texts aside. */
  static final int HEAD_BYTES_MAX = 40;

  private Frame() {}

  static int number(Executed executed) {
    return switch (executed) {
      case NO -> 0;
      case MAYBE -> 1;
      case YES -> 2;
    };
  }

  static Executed executed(int number) {
    return switch (number) {
      case 0 -> Executed.NO;
      case 1 -> Executed.MAYBE;
      case 2 -> Executed.YES;
      default -> throw new WireException("an error is of the unknown outcome " + number);
    };
  }

  /** The slot in a call's id. */
  public static int slot(long callId) {
    return (int) callId & (SLOTS_MAX - 1);
  }
}
