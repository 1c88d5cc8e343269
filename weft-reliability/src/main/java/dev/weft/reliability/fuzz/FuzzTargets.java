package dev.weft.reliability.fuzz;

import dev.weft.internal.wire.DeflateCompression;
import dev.weft.zstd.ZstdCompression;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All targets, by their names. Any thread. */
public final class FuzzTargets {

  private static final Map<String, Supplier<FuzzTarget>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("hello", HelloTarget::new);
    ALL.put("blocks-stored", () -> new BlocksTarget("blocks-stored", null));
    ALL.put("blocks-deflate", () -> new BlocksTarget("blocks-deflate", new DeflateCompression()));
    ALL.put("blocks-zstd", () -> new BlocksTarget("blocks-zstd", new ZstdCompression()));
    ALL.put("frames-of-client", () -> new FramesTarget("frames-of-client", true));
    ALL.put("frames-of-server", () -> new FramesTarget("frames-of-server", false));
    ALL.put("metadata", MetadataTarget::new);
    ALL.put("codec", CodecTarget::new);
    ALL.put("server", ServerTarget::overMemory);
    ALL.put("server-unix", ServerTarget::overUnix);
    ALL.put("server-tls", ServerTarget::overTls);
    ALL.put("client", ClientTarget::new);
  }

  private FuzzTargets() {}

  /** Their names. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /**
   * One of them, made anew.
   *
   * @throws IllegalArgumentException when there is none of this name
   */
  public static FuzzTarget named(String name) {
    Supplier<FuzzTarget> maker = ALL.get(name);
    if (maker == null) {
      throw new IllegalArgumentException(
          "there is no target \"" + name + "\": there is " + String.join(", ", names()));
    }
    return maker.get();
  }
}
