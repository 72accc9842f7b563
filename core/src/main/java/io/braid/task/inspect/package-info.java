/** Summaries of data files, and their overlap with other files. */
@NullMarked
package io.braid.task.inspect;

import org.jspecify.annotations.NullMarked;
