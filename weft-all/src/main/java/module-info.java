/** What users add: the core and the default codec. */
module dev.weft.bundle {
  requires transitive dev.weft;
  requires transitive dev.weft.fory;
}
