/** The race: the same load on Weft and on its peers, end to end. */
@NullMarked
package dev.weft.benchmarks;

import org.jspecify.annotations.NullMarked;
