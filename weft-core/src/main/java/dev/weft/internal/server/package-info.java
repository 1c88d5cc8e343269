/** Accepting, dispatching, limiting. */
@NullMarked
package dev.weft.internal.server;

import org.jspecify.annotations.NullMarked;
