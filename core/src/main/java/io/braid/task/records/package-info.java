/** Records of data files, whatever the file's format. */
@NullMarked
package io.braid.task.records;

import org.jspecify.annotations.NullMarked;
