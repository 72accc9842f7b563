/**
 * The part of the Jinja template language that published chat templates use, with the meaning that
 * Python's jinja2 gives it under {@code trim_blocks} and {@code lstrip_blocks}.
 *
 * <p>A template is text from the network: work, output and depth are bounded, nothing of the
 * machine can be reached, and what is not known is refused by name and line rather than guessed.
 */
@NullMarked
package io.braid.templates.jinja;

import org.jspecify.annotations.NullMarked;
