/** What the terminal shows: progress, tables, and text made safe to print. */
@NullMarked
package io.braid.app.terminal;

import org.jspecify.annotations.NullMarked;
