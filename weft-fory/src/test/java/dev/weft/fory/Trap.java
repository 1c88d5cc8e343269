package dev.weft.fory;

/** Tells when it was initialized: what no peer's bytes may bring about. */
public final class Trap {

  static {
    System.setProperty(Trap.class.getName(), "sprung");
  }

  int x = 1;
}
