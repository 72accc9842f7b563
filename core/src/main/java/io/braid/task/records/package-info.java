/** Reads records from data files of all supported formats. */
@NullMarked
package io.braid.task.records;

import org.jspecify.annotations.NullMarked;
