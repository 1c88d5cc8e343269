package dev.weft.reliability.attack;

import dev.weft.reliability.wire.WireBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Much of what is allowed. */
final class Floods {

  private Floods() {}

  /** Names of methods that there are not, as many as a connection may give, and calls of them. */
  record OfUnknownMethods() implements Attack {

    private static final int METHODS = 4096;
    private static final int NAME_CHARS = 1000;
    private static final int BLOCK_METHODS = 60;

    @Override
    public String name() {
      return "unknown-methods";
    }

    @Override
    public String description() {
      return "calls of 4,096 unknown methods a connection, with names of 1,000 characters";
    }

    @Override
    public void run(Siege siege) throws IOException {
      String padding = "x".repeat(NAME_CHARS);
      for (long round = 0; siege.goesOn(); round++) {
        HostileConnection connection = siege.greeted();
        int methods = siege.size(METHODS);
        for (int number = 0; number < methods; ) {
          WireBytes frames = new WireBytes();
          for (int i = 0; i < BLOCK_METHODS && number < methods; i++, number++) {
            String name = "m" + (round * METHODS + number) + padding;
            frames.bytes(WireBytes.method(number, name));
            frames.bytes(WireBytes.request(number, number, 0));
          }
          connection.writeBlock(frames.toByteArray());
          connection.drain();
        }
        siege.leave(connection);
      }
    }
  }

  /** Cancellations of calls that there are not, of those that run, and again. */
  record OfCancels() implements Attack {

    private static final int PENDING = 1000;
    private static final int BLOCK_CANCELS = 10_000;

    @Override
    public String name() {
      return "cancels";
    }

    @Override
    public String description() {
      return "cancellations without end, of calls that run and of others";
    }

    @Override
    public void run(Siege siege) throws IOException {
      HostileConnection connection = siege.greeted();
      connection.writeBlock(WireBytes.method(0, AttackedServer.NEVER));
      WireBytes calls = new WireBytes();
      WireBytes cancels = new WireBytes();
      for (int id = 0; id < PENDING; id++) {
        calls.bytes(WireBytes.request(id, 0, 0));
      }
      for (int i = 0; i < BLOCK_CANCELS; i++) {
        byte[] id = new WireBytes().varint(i % (2 * PENDING)).toByteArray();
        cancels.frame(WireBytes.CANCEL, id);
      }
      connection.writeBlock(calls.toByteArray());
      while (siege.goesOn()) {
        connection.writeBlock(cancels.toByteArray());
        connection.drain();
      }
    }
  }

  /** Pings, whose answers nobody reads. */
  record OfPings() implements Attack {

    private static final int BLOCK_PINGS = 6000;
    private static final int BLOCKS = 50;

    @Override
    public String name() {
      return "pings";
    }

    @Override
    public String description() {
      return "pings without end, whose answers nobody reads";
    }

    @Override
    public void run(Siege siege) throws IOException {
      WireBytes pings = new WireBytes();
      for (int i = 0; i < BLOCK_PINGS; i++) {
        pings.frame(WireBytes.PING, new byte[8]);
      }
      HostileConnection connection = siege.greeted();
      while (siege.goesOn()) {
        for (int i = 0; i < siege.size(BLOCKS); i++) {
          if (!connection.writeBlock(pings.toByteArray())) {
            siege.leave(connection);
            connection = siege.greeted();
          }
        }
      }
    }
  }

  /** Connections: made and left at once, and made and kept. */
  record OfConnections() implements Attack {

    private static final int KEPT = 3000;

    @Override
    public String name() {
      return "connections";
    }

    @Override
    public String description() {
      return "3,000 idle connections, and others that come and go without end";
    }

    @Override
    public void run(Siege siege) throws IOException {
      List<HostileConnection> kept = new ArrayList<>();
      while (siege.goesOn()) {
        for (int i = 0; i < siege.size(KEPT / 10) && kept.size() < siege.size(KEPT); i++) {
          kept.add(siege.greeted());
        }
        for (int i = 0; i < siege.size(KEPT / 10); i++) {
          siege.leave(siege.connect());
        }
      }
    }
  }
}
