/** Problems and where they come from: generated tasks, JSONL and Parquet files, splits. */
@NullMarked
package io.braid.task;

import org.jspecify.annotations.NullMarked;
