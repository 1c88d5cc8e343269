package dev.weft.benchmarks;

/**
 * A line of the race's results.
 *
 * @param peer whose it is
 * @param load the case
 * @param measurement the median round
 */
public record Result(String peer, Case load, Measurement measurement) {}
