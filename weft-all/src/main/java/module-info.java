/** What users add: the core, the default codec, and compression by zstd. */
module dev.weft.bundle {
  requires transitive dev.weft;
  requires transitive dev.weft.fory;
  requires transitive dev.weft.zstd;
}
