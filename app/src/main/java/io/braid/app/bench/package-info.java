/** What {@code braid bench} measures; the commands that print it are next door. */
@NullMarked
package io.braid.app.bench;

import org.jspecify.annotations.NullMarked;
