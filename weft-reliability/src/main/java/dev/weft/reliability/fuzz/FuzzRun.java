package dev.weft.reliability.fuzz;

import java.nio.file.Path;
import java.util.List;

/**
 * What came of looking for findings in one target.
 *
 * @param runs inputs that were tried
 * @param edges places in the code, and ways between them, that were reached
 * @param inputs how many inputs reach them all
 * @param findings the files of inputs that did what they may not; empty: none
 * @param firstFinding what the first of them did, in a line; empty: nothing
 * @param log what Jazzer has said
 */
public record FuzzRun(
    String target,
    long runs,
    double seconds,
    int edges,
    int inputs,
    List<Path> findings,
    String firstFinding,
    Path log) {}
