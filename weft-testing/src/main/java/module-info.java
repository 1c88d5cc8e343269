/** For tests of what is built on Weft: an in-memory transport, a fault injector, a manual clock. */
module dev.weft.testing {
  requires transitive dev.weft;

  exports dev.weft.testing;
}
