/** What plug-ins implement. */
@NullMarked
package dev.weft.spi;

import org.jspecify.annotations.NullMarked;
