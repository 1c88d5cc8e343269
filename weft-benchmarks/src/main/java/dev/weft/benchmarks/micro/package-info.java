/** JMH benchmarks of single stages, for whoever changes one. See {@code docs/RACE.md}. */
@NullMarked
package dev.weft.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
