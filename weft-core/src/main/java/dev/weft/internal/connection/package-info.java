/** What one connection owns: outbox, reader, slots, counters. */
@NullMarked
package dev.weft.internal.connection;

import org.jspecify.annotations.NullMarked;
