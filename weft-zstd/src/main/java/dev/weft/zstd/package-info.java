/** Streaming compression by zstd. */
@NullMarked
package dev.weft.zstd;

import org.jspecify.annotations.NullMarked;
