/** Frames and blocks to and from bytes; no threads, no I/O. */
@NullMarked
package dev.weft.internal.wire;

import org.jspecify.annotations.NullMarked;
