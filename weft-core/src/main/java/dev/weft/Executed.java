package dev.weft;

/** Whether the server can have run a call that failed. */
public enum Executed {
  /** Surely not: the call is safe to send again. */
  NO,
  /** Nobody knows: the call was sent, and no answer came. */
  MAYBE,
  /** Yes: the handler has begun, and the failure is about what came after. */
  YES
}
