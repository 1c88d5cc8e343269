package dev.weft.cli;

import dev.weft.benchmarks.Peer;
import dev.weft.benchmarks.Peers;
import java.util.List;

/** What stands after {@code --peers}. */
final class PeerOption {

  private PeerOption() {}

  /** The peers of these names; ends the command when there is none of that name. */
  static List<Peer> check(List<String> names) {
    try {
      return Peers.named(names);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(CommandFailure.messageOf(e));
    }
  }
}
