package dev.weft.zstd;

import com.github.luben.zstd.util.Native;
import java.lang.System.Logger.Level;

/** What zstd-jni needs of this machine and this JVM. Any thread. */
final class NativeLibrary {

  /** From here on zstd-jni calls its library by what the JVM calls restricted methods. */
  private static final int RESTRICTED_FROM = 22;

  private NativeLibrary() {}

  /** Whether the JVM will let it be loaded without a word. */
  static boolean isQuiet() {
    if (Runtime.version().feature() < RESTRICTED_FROM) {
      return true;
    }
    try {
      // By reflection, for Java 21 does not have it.
      Object enabled =
          Module.class.getMethod("isNativeAccessEnabled").invoke(Native.class.getModule());
      return Boolean.TRUE.equals(enabled);
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Whether it can be loaded; tried once. */
  static boolean isLoaded() {
    return Attempt.SUCCEEDED;
  }

  private static final class Attempt {

    static final boolean SUCCEEDED = succeeds();

    private static boolean succeeds() {
      // With all that they use, for an older zstd-jni on the class path may lack some of it.
      try (ZstdCompressor packing = new ZstdCompressor();
          ZstdDecompressor unpacking = new ZstdDecompressor()) {
        return true;
      } catch (RuntimeException | LinkageError e) {
        System.getLogger("dev.weft.zstd")
            .log(Level.WARNING, () -> "zstd-jni cannot be used here, another compression is: " + e);
        return false;
      }
    }
  }
}
