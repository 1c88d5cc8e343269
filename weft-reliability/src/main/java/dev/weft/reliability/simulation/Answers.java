package dev.weft.reliability.simulation;

import java.util.concurrent.CompletableFuture;

/** The service of the simulated servers. */
public interface Answers {

  /** Its handler may decline. */
  Reply ask(Ask ask) throws DeclinedException;

  /** Its handler gives a future. */
  CompletableFuture<Reply> later(Ask ask);
}
