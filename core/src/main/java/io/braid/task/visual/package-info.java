/** The generated task {@code visual}: drawn pictures with questions whose answers are known. */
@NullMarked
package io.braid.task.visual;

import org.jspecify.annotations.NullMarked;
