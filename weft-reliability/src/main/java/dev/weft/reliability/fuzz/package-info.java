/** Looks for bytes of a peer that do more than cost the peer its connection. */
@NullMarked
package dev.weft.reliability.fuzz;

import org.jspecify.annotations.NullMarked;
