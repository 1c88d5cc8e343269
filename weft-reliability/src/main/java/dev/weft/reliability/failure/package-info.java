/**
 * Failures as they really happen, to processes, sockets and machines: servers that are killed,
 * stopped, replaced, out of memory or of descriptors, and what their callers see of it.
 */
@NullMarked
package dev.weft.reliability.failure;

import org.jspecify.annotations.NullMarked;
