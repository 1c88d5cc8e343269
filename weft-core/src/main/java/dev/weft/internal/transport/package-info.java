/** Sockets. */
@NullMarked
package dev.weft.internal.transport;

import org.jspecify.annotations.NullMarked;
