/** Small programs to read and to copy from. */
@NullMarked
package dev.weft.examples;

import org.jspecify.annotations.NullMarked;
