package dev.weft.reliability.attack;

import dev.weft.reliability.wire.WireBytes;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/** Bytes that break the protocol. */
final class BadBytes {

  /** 2^31 - 1, as the protocol's numbers are written. */
  static final byte[] ENORMOUS = {-1, -1, -1, -1, 7};

  private BadBytes() {}

  /** Nothing that makes sense, from the first byte on, or after the hellos. */
  record Randomness() implements Attack {

    private static final int BYTES = 4096;

    @Override
    public String name() {
      return "random-bytes";
    }

    @Override
    public String description() {
      return "random bytes, before the hello and after it";
    }

    @Override
    public void run(Siege siege) throws IOException {
      SplittableRandom random = new SplittableRandom(4711);
      byte[] bytes = new byte[BYTES];
      while (siege.goesOn()) {
        for (boolean greeted : new boolean[] {false, true}) {
          HostileConnection connection = greeted ? siege.greeted() : siege.connect();
          random.nextBytes(bytes);
          connection.write(bytes);
          siege.leave(connection);
        }
      }
    }
  }

  /** Lengths of 2^31 - 1 wherever there is a length. */
  record Lengths() implements Attack {

    /** Messages in pieces of this length are skipped without being kept. */
    private static final int ROUND_BYTES = 60_000;

    @Override
    public String name() {
      return "lengths";
    }

    @Override
    public String description() {
      return "lengths of 2^31-1 of hellos, blocks, frames, texts, pieces, collections";
    }

    @Override
    public void run(Siege siege) throws IOException {
      byte[] method = WireBytes.method(0, AttackedServer.ANY);
      while (siege.goesOn()) {
        HostileConnection stranger = siege.connect();
        stranger.write(new byte[] {'W', 'E', 'F', 'T', 1, -1, -1});
        siege.leave(stranger);
        for (byte[] block : brokenBlocks()) {
          HostileConnection connection = siege.greeted();
          connection.write(block);
          siege.leave(connection);
        }
        HostileConnection connection = siege.greeted();
        connection.writeBlock(method);
        for (int type = 80; type < 112; type++) {
          byte[] list =
              new WireBytes()
                  .write(-1)
                  .write(type)
                  .bytes(ENORMOUS)
                  .bytes(new byte[20])
                  .toByteArray();
          connection.writeBlock(WireBytes.request(type, 0, 0, list));
          connection.drain();
        }
        byte[] piece =
            new WireBytes()
                .write(1)
                .write(WireBytes.REQUEST)
                .bytes(ENORMOUS)
                .varint(1)
                .varint(0)
                .varint(0)
                .bytes(new byte[ROUND_BYTES])
                .toByteArray();
        connection.writeBlock(new WireBytes().frame(WireBytes.FRAGMENT, piece).toByteArray());
        connection.drain();
        siege.leave(connection);
      }
    }

    static List<byte[]> brokenBlocks() {
      return List.of(
          new WireBytes().write(0).bytes(ENORMOUS).toByteArray(),
          WireBytes.block(new WireBytes().write(WireBytes.REQUEST).bytes(ENORMOUS).toByteArray()),
          WireBytes.block(
              new WireBytes()
                  .frame(WireBytes.METHOD, new WireBytes().varint(0).bytes(ENORMOUS).toByteArray())
                  .toByteArray()),
          WireBytes.block(
              new WireBytes()
                  .bytes(WireBytes.method(0, AttackedServer.ECHO))
                  .frame(
                      WireBytes.REQUEST,
                      new WireBytes().varint(1).varint(1).varint(0).bytes(ENORMOUS).toByteArray())
                  .toByteArray()));
    }
  }

  /** Slots that are used again too early, ids twice, answers to calls that were never made. */
  record Disorder() implements Attack {

    private static final int CALLS = 1000;

    @Override
    public String name() {
      return "disorder";
    }

    @Override
    public String description() {
      return "slots in use again, ids twice, old generations, answers to calls never made";
    }

    @Override
    public void run(Siege siege) throws IOException {
      byte[] method = WireBytes.method(0, AttackedServer.NEVER);
      while (siege.goesOn()) {
        HostileConnection generations = siege.greeted();
        generations.writeBlock(method);
        for (long generation = 0; generation < siege.size(CALLS); generation++) {
          generations.writeBlock(WireBytes.request(generation << 16 | 7, 0, 0));
          generations.writeBlock(WireBytes.request(generation << 15 | 7, 0, 0));
          generations.drain();
        }
        siege.leave(generations);
        HostileConnection twice = siege.greeted();
        twice.writeBlock(method);
        twice.writeBlock(WireBytes.request(5, 0, 0));
        twice.writeBlock(WireBytes.request(5, 0, 0));
        siege.leave(twice);
        HostileConnection answers = siege.greeted();
        byte[] answer = new WireBytes().varint(3).bytes(new byte[10]).toByteArray();
        answers.writeBlock(new WireBytes().frame(WireBytes.RESPONSE, answer).toByteArray());
        siege.leave(answers);
      }
    }
  }
}
