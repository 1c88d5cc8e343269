package dev.weft;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A client that speaks the wire by hand, as docs/WIRE.md says, and as badly as a test wants. */
final class RawClient implements AutoCloseable {

  /** A frame of the server's; of errors also the code and whether the call was executed. */
  record Frame(int kind, long callId, int code, int executed, String text) {}

  static final int RESPONSE = 3;
  static final int ERROR = 4;
  static final int PING = 6;
  static final int GO_AWAY = 8;

  private final Socket socket = new Socket();
  private final OutputStream out;
  private final DataInputStream in;
  private final List<String> methods = new ArrayList<>();

  /** What the server has refused it with; empty: it has not. */
  String refusal = "";

  int refusalKind;

  /** A block that is read, from position to end. */
  private byte[] block = {};

  private int position;

  RawClient(String address) throws IOException {
    this(address, new byte[0]);
  }

  RawClient(String address, byte[] credentials) throws IOException {
    socket.setReceiveBufferSize(16 * 1024);
    socket.setSoTimeout((int) World.PATIENCE.toMillis());
    URI uri = URI.create(address);
    socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
    hello(credentials);
  }

  private void hello(byte[] credentials) throws IOException {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    field(fields, 1, "fory-1".getBytes(UTF_8));
    if (credentials.length > 0) {
      field(fields, 5, credentials);
    }
    ByteArrayOutputStream hello = new ByteArrayOutputStream();
    hello.writeBytes("WEFT\1".getBytes(UTF_8));
    hello.write(fields.size());
    hello.write(fields.size() >>> 8);
    fields.writeTo(hello);
    out.write(hello.toByteArray());
    in.readFully(new byte[5]);
    int length = in.read() | in.read() << 8;
    block = in.readNBytes(length);
    while (position < block.length) {
      int tag = (int) varint();
      byte[] value = bytes((int) varint());
      if (tag == 3) {
        refusal = new String(value, UTF_8);
      } else if (tag == 6) {
        refusalKind = value[0];
      }
    }
  }

  private static void field(ByteArrayOutputStream fields, int tag, byte[] value) {
    fields.write(tag);
    varint(fields, value.length);
    fields.writeBytes(value);
  }

  private static void varint(ByteArrayOutputStream to, long value) {
    long rest = value;
    for (; rest > 0x7f; rest >>>= 7) {
      to.write((int) (rest | 0x80));
    }
    to.write((int) rest);
  }

  private void send(int kind, byte[] body) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(kind);
    varint(frame, body.length);
    frame.writeBytes(body);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(0);
    varint(whole, frame.size());
    frame.writeTo(whole);
    out.write(whole.toByteArray());
  }

  private int number(String method) throws IOException {
    int number = methods.indexOf(method);
    if (number < 0) {
      number = methods.size();
      methods.add(method);
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      varint(body, number);
      varint(body, method.length());
      body.writeBytes(method.getBytes(UTF_8));
      send(10, body.toByteArray());
    }
    return number;
  }

  /** A request with these arguments, for a minute. */
  void request(long callId, String method, byte... payload) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int number = number(method);
    varint(body, callId);
    varint(body, (long) number << 2);
    varint(body, 60_000);
    body.writeBytes(payload);
    send(1, body.toByteArray());
  }

  void oneWay(String method, byte... payload) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    varint(body, (long) number(method) << 2);
    body.writeBytes(payload);
    send(2, body.toByteArray());
  }

  void pong(long token) throws IOException {
    byte[] body = new byte[8];
    for (int i = 0; i < 8; i++) {
      body[i] = (byte) (token >>> (8 * i));
    }
    send(7, body);
  }

  /** Waits for the next frame. */
  Frame read() throws IOException {
    if (position == block.length) {
      if (in.readByte() != 0) {
        throw new AssertionError("an unknown kind of block");
      }
      block = in.readNBytes((int) streamVarint());
      position = 0;
    }
    int kind = block[position++];
    int end = (int) varint();
    end += position;
    Frame frame =
        switch (kind) {
          case RESPONSE -> new Frame(kind, varint(), 0, 0, "");
          case ERROR -> {
            long id = varint();
            int code = block[position++];
            int executed = block[position++];
            bytes((int) varint());
            yield new Frame(kind, id, code, executed, new String(bytes((int) varint()), UTF_8));
          }
          case PING -> {
            long token = 0;
            for (int i = 7; i >= 0; i--) {
              token = token << 8 | (block[position + i] & 0xff);
            }
            yield new Frame(kind, token, 0, 0, "");
          }
          case GO_AWAY -> new Frame(kind, 0, 0, 0, new String(bytes((int) varint()), UTF_8));
          default -> new Frame(kind, 0, 0, 0, "");
        };
    position = end;
    return frame;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = block[position++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private long streamVarint() throws IOException {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.readByte();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    System.arraycopy(block, position, bytes, 0, length);
    position += length;
    return bytes;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
