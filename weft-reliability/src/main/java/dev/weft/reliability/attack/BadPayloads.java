package dev.weft.reliability.attack;

import dev.weft.reliability.wire.WireBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.BadAttributeValueExpException;
import org.apache.fory.Fory;

/** Arguments that are not what a method takes. */
final class BadPayloads {

  private BadPayloads() {}

  /** Values in values in values. */
  record DeepNesting() implements Attack {

    private static final int LEVELS = 20_000;

    /** Fory's number of Optional: a level takes three bytes. */
    private static final byte[] LEVEL = {-1, 112, 0};

    @Override
    public String name() {
      return "deep-nesting";
    }

    @Override
    public String description() {
      return "arguments nested 20,000 levels deep";
    }

    @Override
    public void run(Siege siege) throws IOException {
      WireBytes nested = new WireBytes();
      for (int i = 0; i < LEVELS; i++) {
        nested.bytes(LEVEL);
      }
      call(siege, List.of(nested.toByteArray()));
    }
  }

  /** Objects of classes that the service does not have, of the JDK and others. */
  record ForeignClasses() implements Attack {

    @Override
    public String name() {
      return "foreign-classes";
    }

    @Override
    public String description() {
      return "arguments of classes outside of the service, the JDK's gadgets among them";
    }

    @Override
    public void run(Siege siege) throws IOException {
      call(siege, payloads());
    }

    /** As an attacker's own Fory writes them, who registers nothing. */
    static List<byte[]> payloads() {
      Fory attacker =
          Fory.builder()
              .withXlang(false)
              .withCompatible(true)
              .requireClassRegistration(false)
              .serializeEnumByName(true)
              .build();
      List<Object> gadgets = new ArrayList<>();
      gadgets.add(new BadAttributeValueExpException("x"));
      gadgets.add(new ProcessBuilder("true"));
      gadgets.add(new Exploit());
      gadgets.add(new IllegalStateException("x"));
      gadgets.add(Thread.State.NEW);
      gadgets.add(Runtime.class);
      gadgets.add(new HashMap<>(Map.of(new Exploit(), new Exploit())));
      gadgets.add(new ArrayList<>(List.of(new Exploit(), "text")));
      List<byte[]> payloads = new ArrayList<>();
      for (Object gadget : gadgets) {
        try {
          byte[] bytes = attacker.serialize(gadget);
          // Weft's values lack Fory's first byte.
          payloads.add(Arrays.copyOfRange(bytes, 1, bytes.length));
        } catch (RuntimeException e) {
          // Not even Fory writes it.
        }
      }
      return payloads;
    }
  }

  private static void call(Siege siege, List<byte[]> payloads) throws IOException {
    while (siege.goesOn()) {
      HostileConnection connection = siege.greeted();
      connection.writeBlock(WireBytes.method(0, AttackedServer.ANY));
      connection.writeBlock(WireBytes.method(1, AttackedServer.ECHO));
      long id = 0;
      for (byte[] payload : payloads) {
        connection.writeBlock(WireBytes.request(id++, 0, 0, payload));
        connection.writeBlock(WireBytes.request(id++, 1, 0, payload));
        connection.drain();
      }
      siege.leave(connection);
    }
  }
}
