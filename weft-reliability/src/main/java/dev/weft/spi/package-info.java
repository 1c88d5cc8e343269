/** Reaches what the core's package of this name keeps to itself. */
@NullMarked
package dev.weft.spi;

import org.jspecify.annotations.NullMarked;
