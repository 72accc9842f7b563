/** How the data sets write problems down. */
@NullMarked
package io.braid.task.layout;

import org.jspecify.annotations.NullMarked;
