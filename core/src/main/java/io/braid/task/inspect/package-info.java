/** What is in a data file, and what it shares with others. */
@NullMarked
package io.braid.task.inspect;

import org.jspecify.annotations.NullMarked;
