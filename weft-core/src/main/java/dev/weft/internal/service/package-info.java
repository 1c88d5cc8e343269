/** What an interface or a lambda means as a service: names, types, validation. */
@NullMarked
package dev.weft.internal.service;

import org.jspecify.annotations.NullMarked;
