/** The doors and the words that users see. */
@NullMarked
package dev.weft;

import org.jspecify.annotations.NullMarked;
