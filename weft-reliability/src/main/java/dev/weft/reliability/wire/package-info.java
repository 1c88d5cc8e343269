/** The wire by hand, as docs/WIRE.md says, and as badly as is wanted. */
@NullMarked
package dev.weft.reliability.wire;

import org.jspecify.annotations.NullMarked;
