/** Counting without getting in the way, and telling of what happens to connections. */
@NullMarked
package dev.weft.internal.stats;

import org.jspecify.annotations.NullMarked;
