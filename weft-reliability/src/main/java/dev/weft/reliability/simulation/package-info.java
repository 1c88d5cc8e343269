/** A cluster of clients and servers in one thread, its network failing as a seed says. */
@NullMarked
package dev.weft.reliability.simulation;

import org.jspecify.annotations.NullMarked;
