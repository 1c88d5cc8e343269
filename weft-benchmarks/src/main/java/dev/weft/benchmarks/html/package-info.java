/** Figures as HTML pages that need nothing else. */
@NullMarked
package dev.weft.benchmarks.html;

import org.jspecify.annotations.NullMarked;
