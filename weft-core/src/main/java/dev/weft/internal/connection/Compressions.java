package dev.weft.internal.connection;

import dev.weft.internal.wire.DeflateCompression;
import dev.weft.spi.Compression;
import dev.weft.spi.TransportChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a client or a server may compress with, the best first. Any thread. */
public final class Compressions {

  /** Compresses nothing. */
  public static final Compressions NONE = new Compressions(List.of(), true);

  /** Names in one hello, at most. */
  private static final int MAX = 16;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.-]{1,32}");

  private final List<Compression> all;
  private final List<String> names;

  /** Whether they are for all channels, not only for those that prefer it. */
  private final boolean everywhere;

  private Compressions(List<Compression> all, boolean everywhere) {
    this.all = List.copyOf(all);
    this.everywhere = everywhere;
    this.names = all.stream().map(Compression::name).toList();
  }

  /**
   * Those that work here: the given ones, then those on the class or module path, then Deflate.
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
    List<Compression> usable = new ArrayList<>();
    if (chosen == null) {
      for (int i = 0; i < known.size(); i++) {
        addIfAvailable(known.get(i), i < given.size(), usable);
      }
    } else {
      for (String name : chosen) {
        addIfAvailable(named(name, known), true, usable);
      }
    }
    if (usable.isEmpty()) {
      usable.add(new DeflateCompression());
    }
    return new Compressions(usable.subList(0, Math.min(MAX, usable.size())), true);
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

  private static void addIfAvailable(Compression one, boolean chosen, List<Compression> usable) {
    if (!NAME.matcher(one.name()).matches()) {
      throw new IllegalArgumentException(
          "a compression's name is of 1 to 32 letters, digits, dots and hyphens, not \""
              + one.name()
              + "\"");
    }
    boolean isNew = usable.stream().noneMatch(other -> other.name().equals(one.name()));
    if (isNew && one.isAvailable(chosen)) {
      usable.add(one);
    }
  }

  /** The same, but only for channels that {@link TransportChannel#prefersCompression}. */
  public Compressions wherePreferred() {
    return new Compressions(all, false);
  }

  /** Those for this channel. */
  Compressions on(TransportChannel channel) {
    return everywhere || channel.prefersCompression() ? this : NONE;
  }

  /** What a client offers. */
  public List<String> names() {
    return names;
  }

  /** What a server chooses of what a client offers: the client's first that it has, too. */
  @Nullable Compression choose(List<String> offered) {
    for (String name : offered) {
      int index = names.indexOf(name);
      if (index >= 0) {
        return all.get(index);
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
