/** The commands of {@code braid}, one class each, and the options that they share. */
@NullMarked
package io.braid.app.commands;

import org.jspecify.annotations.NullMarked;
