/**
 * The measurements of {@code braid bench}; the commands that print them are in {@code commands}.
 */
@NullMarked
package io.braid.app.bench;

import org.jspecify.annotations.NullMarked;
