/** Terminal output: progress, tables, and text that is safe to print. */
@NullMarked
package io.braid.app.terminal;

import org.jspecify.annotations.NullMarked;
