/** The program behind {@code ./weft}: its commands, their options and exit statuses. */
@NullMarked
package dev.weft.cli;

import org.jspecify.annotations.NullMarked;
