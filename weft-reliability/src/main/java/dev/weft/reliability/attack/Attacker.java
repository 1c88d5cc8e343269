package dev.weft.reliability.attack;

import java.io.IOException;
import java.time.Duration;

/** The process of an attack of the full size: its address, its name, its seconds. */
final class Attacker {

  private Attacker() {}

  /** Attacks, and ends. */
  public static void main(String[] args) throws InterruptedException {
    System.out.println(Child.MARK + "begins");
    System.out.flush();
    try (Siege siege = Siege.full(args[0], Duration.ofSeconds(Long.parseLong(args[2])))) {
      while (siege.isInTime()) {
        try {
          Attacks.named(args[1]).run(siege);
        } catch (IOException e) {
          siege.turnedAway(); // and tries again
        }
      }
    }
    Runtime.getRuntime().halt(0);
  }
}
