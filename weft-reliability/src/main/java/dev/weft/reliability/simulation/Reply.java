package dev.weft.reliability.simulation;

/**
 * The answer to an {@link Ask}.
 *
 * @param call the number of the call
 * @param bytes how much it carries; negative: it cannot be encoded
 */
public record Reply(long call, int bytes) {}
