/** The command line, and what it prints and draws. */
@NullMarked
package io.braid.app;

import org.jspecify.annotations.NullMarked;
