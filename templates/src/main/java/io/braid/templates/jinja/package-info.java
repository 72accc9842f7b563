/**
 * The part of the Jinja template language that published chat templates use, with the meaning that
 * Python's jinja2 gives it under {@code trim_blocks} and {@code lstrip_blocks}.
 *
 * <p>A template is text from the network. Therefore its work, output and depth are bounded, it
 * cannot access anything on the machine, and an unknown construct causes an error that gives its
 * name and line.
 */
@NullMarked
package io.braid.templates.jinja;

import org.jspecify.annotations.NullMarked;
