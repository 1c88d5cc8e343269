package dev.weft.internal.server;

import dev.weft.internal.connection.Connection;
import dev.weft.internal.stats.MethodTimes;
import dev.weft.internal.wire.WireException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the numbers stand for that one client has given to the methods it calls. It may make up as
 * many as the wire allows, so of those that there are not, little is kept.
 *
 * <p>Reader thread only.
 */
final class CalledMethods {

  /** A client of another version may know some methods that the server does not have. */
  private static final int NAMED_MISSING_MAX = 16;

  private static final Gate[] NO_GATES = {};

  /**
   * One of them.
   *
   * @param client whose
   * @param gates what its calls have to pass
   * @param times where its answered calls are counted, by whoever holds the outbox
   */
  record Called(ServerConnection client, ServerMethod method, Gate[] gates, MethodTimes times) {}

  private final ServerCore server;
  private final ServerConnection client;
  private final Connection connection;
  private final @Nullable Gate ofConnection;
  private final List<Called> byNumber = new ArrayList<>();
  private int missing;
  private @Nullable Called anyMissing;

  /**
   * @param ofConnection what all calls of the client pass first
   */
  CalledMethods(
      ServerCore server,
      ServerConnection client,
      Connection connection,
      @Nullable Gate ofConnection) {
    this.server = server;
    this.client = client;
    this.connection = connection;
    this.ofConnection = ofConnection;
  }

  /** The client has given the next number to a method. */
  void add(ByteBuffer utf8) {
    ServerMethod method = server.methods().find(utf8);
    byNumber.add(method == null ? missing(utf8) : found(method));
  }

  private Called found(ServerMethod method) {
    int found = byNumber.size() - missing;
    if (found == server.methods().size()) {
      throw new WireException("a method was named twice, such as " + method.label());
    }
    return new Called(client, method, server.gates(ofConnection, method), times(found, method));
  }

  private Called missing(ByteBuffer utf8) {
    missing++;
    if (missing <= NAMED_MISSING_MAX) {
      String name = StandardCharsets.UTF_8.decode(utf8).toString();
      return missing(server.methods().missing(name));
    }
    if (anyMissing == null) {
      anyMissing = missing(server.methods().anyMissing());
    }
    return anyMissing;
  }

  private Called missing(ServerMethod method) {
    return new Called(client, method, NO_GATES, times(server.methods().size(), method));
  }

  /** All that are missing share one place, behind those of all others. */
  private MethodTimes times(int place, ServerMethod method) {
    return connection.traffic().calls().method(place, method.counts().label());
  }

  Called get(int number) {
    return byNumber.get(number);
  }
}
