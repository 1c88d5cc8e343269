package dev.weft;

/**
 * What one connection has carried since it was made; a reset does not change it.
 *
 * @param peer the address of the other end
 * @param calls its calls: those that were answered, or whose failure the server told. Calls that
 *     ended without the server (timeouts, lost connections) and one-way messages are counted for
 *     the whole client only
 * @param traffic its bytes
 */
public record ConnectionStats(String peer, CallStats calls, TrafficStats traffic) {}
