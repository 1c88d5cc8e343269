/** Reaches what the core's package of this name keeps to itself. */
@NullMarked
package dev.weft.internal.transport;

import org.jspecify.annotations.NullMarked;
