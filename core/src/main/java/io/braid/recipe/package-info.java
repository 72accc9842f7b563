/** Reads YAML into settings records and writes them; independent of what the settings mean. */
@NullMarked
package io.braid.recipe;

import org.jspecify.annotations.NullMarked;
