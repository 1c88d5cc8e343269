/** For tests of what is built on Weft: an in-memory transport, a fault injector, a manual clock. */
@NullMarked
package dev.weft.testing;

import org.jspecify.annotations.NullMarked;
