/** Peers that mean harm, a server under their attack, and a well-behaved client beside them. */
@NullMarked
package dev.weft.reliability.attack;

import org.jspecify.annotations.NullMarked;
