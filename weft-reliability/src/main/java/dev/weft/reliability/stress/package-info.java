/** Stress tests of what several threads do at once, and how they are run. */
@NullMarked
package dev.weft.reliability.stress;

import org.jspecify.annotations.NullMarked;
