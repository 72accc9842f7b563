/** What makes the program start fast: docs/starting.md. */
@NullMarked
package io.braid.app.start;

import org.jspecify.annotations.NullMarked;
