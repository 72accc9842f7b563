/** YAML that becomes settings records, and back; it knows nothing of what they are for. */
@NullMarked
package io.braid.recipe;

import org.jspecify.annotations.NullMarked;
