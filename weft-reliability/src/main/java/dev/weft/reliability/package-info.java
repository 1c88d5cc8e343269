/** Tools that look for a way to break Weft, each behind a command of {@code ./weft}. */
@NullMarked
package dev.weft.reliability;

import org.jspecify.annotations.NullMarked;
