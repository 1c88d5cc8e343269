/** The default codec: records, POJOs, collections, by Apache Fory with registration required. */
module dev.weft.fory {
  requires transitive dev.weft;
  // A user's own serializers are Fory's.
  requires transitive org.apache.fory.core;
  // Fory finds sun.misc.Unsafe by name, so nothing else would bring its module along.
  requires jdk.unsupported;

  exports dev.weft.fory;

  provides dev.weft.spi.Codec with
      dev.weft.fory.ForyCodec;
}
