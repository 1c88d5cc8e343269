/** A method call becomes a request; reconnecting. */
@NullMarked
package dev.weft.internal.client;

import org.jspecify.annotations.NullMarked;
