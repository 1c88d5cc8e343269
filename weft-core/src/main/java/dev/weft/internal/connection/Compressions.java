package dev.weft.internal.connection;

import dev.weft.internal.wire.DeflateCompression;
import dev.weft.spi.Compression;
import dev.weft.spi.TransportChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client or a server may compress with, the best first. Whether each works here is found out
 * when that is needed, for it may take its time. Any thread.
 */
public final class Compressions {

  /** Compresses nothing. */
  public static final Compressions NONE = new Compressions(List.of(), true);

  /** Names in one hello, at most. */
  private static final int MAX = 16;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.-]{1,32}");

  private final List<Candidate> candidates;

  /** Whether they are for all channels, not only for those that prefer it. */
  private final boolean everywhere;

  /** Those that work here; {@code null} until that was found out. */
  private volatile @Nullable List<Compression> usable;

  /**
   * @param chosen whether the user has asked for it
   */
  private record Candidate(Compression compression, boolean chosen) {}

  private Compressions(List<Candidate> candidates, boolean everywhere) {
    this.candidates = List.copyOf(candidates);
    this.everywhere = everywhere;
    this.usable = candidates.isEmpty() ? List.of() : null;
  }

  /**
   * Those that work here of the given ones, of those on the class or module path, and Deflate.
   *
   * @param given the user's own
   * @param chosen if not {@code null}: only those of these names, in their order; if none of them
   *     works here, Deflate
   * @throws IllegalArgumentException when a name is none, or nothing has it
   */
  public static Compressions find(List<Compression> given, @Nullable List<String> chosen) {
    List<Compression> known = new ArrayList<>(given);
    ServiceLoader.load(Compression.class).forEach(known::add);
    known.add(new DeflateCompression());
    known.forEach(Compressions::checkName);
    List<Candidate> candidates = new ArrayList<>();
    if (chosen == null) {
      for (int i = 0; i < known.size(); i++) {
        candidates.add(new Candidate(known.get(i), i < given.size()));
      }
    } else {
      chosen.forEach(name -> candidates.add(new Candidate(named(name, known), true)));
    }
    return new Compressions(candidates, true);
  }

  private static void checkName(Compression one) {
    if (!NAME.matcher(one.name()).matches()) {
      throw new IllegalArgumentException(
          "a compression's name is of 1 to 32 letters, digits, dots and hyphens, not \""
              + one.name()
              + "\"");
    }
  }

  private static Compression named(String name, List<Compression> known) {
    return known.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no compression \""
                    + name
                    + "\": there is "
                    + String.join(", ", known.stream().map(Compression::name).toList())));
  }

  private List<Compression> usable() {
    List<Compression> found = usable;
    if (found == null) {
      found = findUsable();
      usable = found;
    }
    return found;
  }

  private List<Compression> findUsable() {
    Map<String, Compression> byName = new LinkedHashMap<>();
    for (Candidate each : candidates) {
      String name = each.compression().name();
      if (byName.size() < MAX
          && !byName.containsKey(name)
          && each.compression().isAvailable(each.chosen())) {
        byName.put(name, each.compression());
      }
    }
    return byName.isEmpty() && !candidates.isEmpty()
        ? List.of(new DeflateCompression())
        : List.copyOf(byName.values());
  }

  /** The same, but only for channels that {@link TransportChannel#prefersCompression}. */
  public Compressions wherePreferred() {
    return new Compressions(candidates, false);
  }

  /** Those for this channel. */
  Compressions on(TransportChannel channel) {
    return everywhere || channel.prefersCompression() ? this : NONE;
  }

  /** What a client offers. */
  public List<String> names() {
    return usable().stream().map(Compression::name).toList();
  }

  /** What a server chooses of what a client offers: the client's first that it has, too. */
  @Nullable Compression choose(List<String> offered) {
    for (String name : offered) {
      for (Compression each : usable()) {
        if (each.name().equals(name)) {
          return each;
        }
      }
    }
    return null;
  }

  /**
   * What a server has chosen of what this client has offered.
   *
   * @throws HandshakeException when it was not offered
   */
  @Nullable Compression chosen(List<String> byServer) throws HandshakeException {
    if (byServer.isEmpty()) {
      return null;
    }
    Compression found = byServer.size() == 1 ? choose(byServer) : null;
    if (found == null) {
      throw new HandshakeException("the server chooses a compression that was not offered");
    }
    return found;
  }
}
