/** Problems and their sources: generated tasks, data files and their splits. */
@NullMarked
package io.braid.task;

import org.jspecify.annotations.NullMarked;
