package dev.weft.reliability.attack;

import dev.weft.reliability.wire.WireBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Peers that take their time. */
final class Slowness {

  private static final int CONNECTIONS = 1000;

  private Slowness() {}

  /** A byte of the hello a second, on many connections. */
  record OfHandshakes() implements Attack {

    @Override
    public String name() {
      return "slow-handshake";
    }

    @Override
    public String description() {
      return "1,000 connections that say a byte of their hello a second";
    }

    @Override
    public void run(Siege siege) throws IOException {
      drip(siege, false, WireBytes.hello("fory-1", "zstd,deflate"));
    }
  }

  /** A byte of a frame a second, on many connections. */
  record OfFrames() implements Attack {

    @Override
    public String name() {
      return "slow-frames";
    }

    @Override
    public String description() {
      return "1,000 connections that send a byte of a request a second";
    }

    @Override
    public void run(Siege siege) throws IOException {
      byte[] frames =
          new WireBytes()
              .bytes(WireBytes.method(0, AttackedServer.ECHO))
              .bytes(WireBytes.request(1, 0, 0, new byte[50_000]))
              .toByteArray();
      drip(siege, true, WireBytes.block(frames));
    }
  }

  private static void drip(Siege siege, boolean greeted, byte[] said) throws IOException {
    List<HostileConnection> connections = new ArrayList<>();
    for (int i = 0; i < siege.size(CONNECTIONS); i++) {
      connections.add(greeted ? siege.greeted() : siege.connect());
    }
    for (int at = 0; siege.goesOn(); at++) {
      byte[] next = {said[at % said.length]};
      for (int i = 0; i < connections.size(); i++) {
        HostileConnection connection = connections.get(i);
        if (!connection.write(next) || !connection.drain()) {
          siege.leave(connection);
          connections.set(i, greeted ? siege.greeted() : siege.connect());
        }
      }
      siege.pause();
    }
  }

  /** Calls with large and small results, and calls of what is not there; nothing is read. */
  record OfReading() implements Attack {

    private static final int CLIENTS = 100;
    private static final int CALLS = 200;

    @Override
    public String name() {
      return "never-reads";
    }

    @Override
    public String description() {
      return "100 clients that call and call, and read no answer";
    }

    @Override
    public void run(Siege siege) throws IOException {
      byte[] methods =
          new WireBytes()
              .bytes(WireBytes.method(0, AttackedServer.BYTES))
              .bytes(WireBytes.method(1, AttackedServer.ECHO))
              .bytes(WireBytes.method(2, "x".repeat(1000)))
              .toByteArray();
      List<HostileConnection> connections = new ArrayList<>();
      for (int i = 0; i < siege.size(CLIENTS); i++) {
        HostileConnection connection = siege.greeted();
        connection.writeBlock(methods);
        connections.add(connection);
      }
      for (long id = 0; siege.goesOn(); id += CALLS) {
        byte[] frames = calls(id);
        for (int i = 0; i < connections.size(); i++) {
          HostileConnection connection = connections.get(i);
          if (!connection.tryWrite(WireBytes.block(frames))) {
            siege.leave(connection);
            HostileConnection fresh = siege.greeted();
            fresh.writeBlock(methods);
            connections.set(i, fresh);
          }
        }
        siege.breathe();
      }
    }

    private static byte[] calls(long first) {
      WireBytes frames = new WireBytes();
      for (long id = first; id < first + CALLS; id++) {
        int method = (int) (id % 3);
        byte[] payload = method == 1 ? AttackedServer.TEXT.clone() : AttackedServer.NUMBER.clone();
        frames.bytes(WireBytes.request(id, method, 0, payload));
      }
      return frames.toByteArray();
    }
  }

  /** The beginning of a block, on many connections, so that each needs a place for the rest. */
  record OfBlocks() implements Attack {

    private static final int CONNECTIONS = 3000;
    private static final int BLOCK_BYTES = 60_000;
    private static final int SENT_BYTES = 2_000;

    @Override
    public String name() {
      return "half-blocks";
    }

    @Override
    public String description() {
      return "3,000 connections that begin a block of 60 KB and send a byte of it a second";
    }

    @Override
    public void run(Siege siege) throws IOException {
      byte[] block = WireBytes.block(WireBytes.request(1, 0, 0, new byte[BLOCK_BYTES]));
      byte[] begun = Arrays.copyOf(block, SENT_BYTES);
      hold(siege, CONNECTIONS, siege::greeted, connection -> connection.write(begun));
    }
  }

  /** Answers that nobody takes, on many connections, so that each holds one that is on its way. */
  record OfAnswers() implements Attack {

    private static final int CONNECTIONS = 3000;
    private static final int CALLS = 128;

    @Override
    public String name() {
      return "half-answers";
    }

    @Override
    public String description() {
      return "3,000 clients that ask for 2 MB each and read no answer";
    }

    @Override
    public void run(Siege siege) throws IOException {
      WireBytes frames = new WireBytes().bytes(WireBytes.method(0, AttackedServer.BYTES));
      for (int id = 0; id < CALLS; id++) {
        frames.bytes(WireBytes.request(id, 0, 0, AttackedServer.NUMBER.clone()));
      }
      byte[] calls = frames.toByteArray();
      hold(siege, CONNECTIONS, siege::narrow, connection -> connection.writeBlock(calls));
    }
  }

  private interface Dial {
    HostileConnection dial() throws IOException;
  }

  /** Begins something on many connections, and again where the server has closed one. */
  private static void hold(Siege siege, int count, Dial dial, Consumer<HostileConnection> beginning)
      throws IOException {
    List<HostileConnection> connections = new ArrayList<>();
    while (siege.goesOn()) {
      for (int i = 0; i < siege.size(count); i++) {
        if (i == connections.size()) {
          connections.add(dial.dial());
        } else if (!connections.get(i).write(new byte[1])) {
          siege.leave(connections.set(i, dial.dial()));
        } else {
          continue;
        }
        beginning.accept(connections.get(i));
      }
      siege.pause();
    }
  }

  /** Requests near the limit of a message, all but their last piece. */
  record OfBigRequests() implements Attack {

    private static final int CLIENTS = 40;
    private static final int TOTAL_BYTES = 60 * 1024 * 1024;
    private static final int PIECE_BYTES = 60_000;

    @Override
    public String name() {
      return "unfinished";
    }

    @Override
    public String description() {
      return "40 clients that send 60 MB of a request each, but never its end";
    }

    @Override
    public void run(Siege siege) throws IOException {
      byte[] first =
          new WireBytes()
              .write(1)
              .write(WireBytes.REQUEST)
              .varint(TOTAL_BYTES)
              .varint(1)
              .varint(0)
              .varint(0)
              .bytes(new byte[PIECE_BYTES])
              .toByteArray();
      byte[] further = new WireBytes().write(0).bytes(new byte[PIECE_BYTES]).toByteArray();
      List<HostileConnection> connections = new ArrayList<>();
      for (int i = 0; i < siege.size(CLIENTS); i++) {
        HostileConnection connection = siege.greeted();
        connection.writeBlock(WireBytes.method(0, AttackedServer.BYTES));
        connection.writeBlock(new WireBytes().frame(WireBytes.FRAGMENT, first).toByteArray());
        connections.add(connection);
      }
      byte[] piece = new WireBytes().frame(WireBytes.FRAGMENT, further).toByteArray();
      int pieces = TOTAL_BYTES / PIECE_BYTES - 2;
      while (siege.goesOn()) {
        for (HostileConnection connection : connections) {
          if (pieces > 0) {
            connection.writeBlock(piece);
          }
          connection.drain();
        }
        if (--pieces <= 0) {
          siege.pause();
        }
      }
    }
  }
}
