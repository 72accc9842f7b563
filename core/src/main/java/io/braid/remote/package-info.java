/** Calls of other services over HTTP: retries, limits, and one line when they fail. */
@NullMarked
package io.braid.remote;

import org.jspecify.annotations.NullMarked;
