/**
 * For tests of what is built on Weft: simulation, a network in memory and one with faults, a manual
 * clock.
 */
module dev.weft.testing {
  requires transitive dev.weft;

  exports dev.weft.testing;
}
