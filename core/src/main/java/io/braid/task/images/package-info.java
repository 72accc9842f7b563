/** The images of records: where they are stored, and how they are read when they are needed. */
@NullMarked
package io.braid.task.images;

import org.jspecify.annotations.NullMarked;
