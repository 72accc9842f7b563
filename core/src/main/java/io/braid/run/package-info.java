/** What every run shares: its directory and lock, its samples, its listener, and stopping early. */
@NullMarked
package io.braid.run;

import org.jspecify.annotations.NullMarked;
