/** Streaming compression by zstd. */
module dev.weft.zstd {
  requires transitive dev.weft;
  requires com.github.luben.zstd_jni;

  exports dev.weft.zstd;

  provides dev.weft.spi.Compression with
      dev.weft.zstd.ZstdCompression;
}
