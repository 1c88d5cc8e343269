/** An overload, from half of what a server can do to several times as much, and back. */
@NullMarked
package dev.weft.reliability.overload;

import org.jspecify.annotations.NullMarked;
