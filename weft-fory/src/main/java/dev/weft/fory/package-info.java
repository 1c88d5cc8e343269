/** The default codec, built on Apache Fory with class registration required. */
@NullMarked
package dev.weft.fory;

import org.jspecify.annotations.NullMarked;
