package dev.weft.benchmarks;

import dev.weft.Execution;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Who can take part. A new peer is one class, and one line here. */
public final class Peers {

  private static final Map<String, Supplier<Peer>> ALL = new LinkedHashMap<>();

  static {
    add("weft", () -> WeftPeer.overTcp("weft", Execution.virtualThreads(), false));
    add("weft-inline", () -> WeftPeer.overTcp("weft-inline", Execution.inline(), false));
    add(
        "weft-own-codec",
        () -> WeftPeer.withOwnCodec("weft-own-codec", Execution.virtualThreads()));
    add(
        "weft-own-codec-inline",
        () -> WeftPeer.withOwnCodec("weft-own-codec-inline", Execution.inline()));
    add("weft-sleeping", () -> WeftPeer.sleeping("weft-sleeping", Execution.virtualThreads()));
    add(
        "weft-compressed",
        () -> WeftPeer.overTcp("weft-compressed", Execution.virtualThreads(), true));
    add("weft-unix", () -> WeftPeer.overUnix("weft-unix", Execution.virtualThreads()));
    add("weft-tls", () -> WeftPeer.overTls("weft-tls", Execution.virtualThreads()));
    add("grpc", () -> GrpcPeer.overTcp("grpc", GrpcPeer.Threads.DIRECT));
    add("grpc-tls", () -> GrpcPeer.overTls("grpc-tls", GrpcPeer.Threads.DIRECT));
    add("grpc-pooled", () -> GrpcPeer.overTcp("grpc-pooled", GrpcPeer.Threads.POOLED));
    add("grpc-virtual", () -> GrpcPeer.overTcp("grpc-virtual", GrpcPeer.Threads.VIRTUAL));
    add("rsocket", RsocketPeer::new);
    add("bolt", BoltPeer::new);
    add("thrift", ThriftPeer::new);
    add("dubbo", DubboPeer::new);
    add("http-json", HttpJsonPeer::new);
    add("floor-blocking", () -> new FloorPeer("floor-blocking", false));
    add("floor-spinning", () -> new FloorPeer("floor-spinning", true));
    add("floor-windowed", WindowedFloorPeer::new);
  }

  private Peers() {}

  private static void add(String name, Supplier<Peer> peer) {
    ALL.put(name, peer);
  }

  /** Their names. */
  public static Set<String> names() {
    return ALL.keySet();
  }

  /**
   * The peers of these names, in this order.
   *
   * @throws IllegalArgumentException for a name that nobody has; the message lists those that there
   *     are
   */
  public static List<Peer> named(List<String> names) {
    List<Peer> peers = new ArrayList<>();
    for (String name : names) {
      Supplier<Peer> peer = ALL.get(name);
      if (peer == null) {
        throw new IllegalArgumentException(
            "there is no peer \"" + name + "\": there are " + String.join(", ", ALL.keySet()));
      }
      peers.add(peer.get());
    }
    return peers;
  }
}
