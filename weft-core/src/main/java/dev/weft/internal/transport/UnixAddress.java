package dev.weft.internal.transport;

import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a unix socket is.
 *
 * @param path absolute
 * @param mode the file's permissions, or {@code null} to leave them to the process's umask
 */
record UnixAddress(Path path, @Nullable Set<PosixFilePermission> mode) {

  private static final Pattern MODE = Pattern.compile("mode=0?([0-7]{3})");

  /** From the highest bit to the lowest. */
  private static final PosixFilePermission[] BITS = {
    PosixFilePermission.OWNER_READ,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_EXECUTE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_EXECUTE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_EXECUTE,
  };

  /**
   * Reads {@code unix:/path} and {@code unix:/path?mode=0660}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  static UnixAddress of(URI address) {
    String path = address.getPath();
    if (path == null || !path.startsWith("/") || address.getAuthority() != null) {
      throw invalid(address, "it has no absolute path");
    }
    if (path.endsWith("/")) {
      throw invalid(address, "its path is a directory's");
    }
    String query = address.getQuery();
    if (query == null) {
      return new UnixAddress(Path.of(path), null);
    }
    Matcher mode = MODE.matcher(query);
    if (!mode.matches()) {
      throw invalid(address, "after the ? it has no mode of three octal digits");
    }
    int bits = Integer.parseInt(mode.group(1), 8);
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < BITS.length; i++) {
      if ((bits & 1 << (BITS.length - 1 - i)) != 0) {
        permissions.add(BITS[i]);
      }
    }
    return new UnixAddress(Path.of(path), permissions);
  }

  private static IllegalArgumentException invalid(URI address, String why) {
    return Transports.invalid(address.toString(), "unix:/run/weft.sock?mode=0660", why);
  }
}
