/** Calls to services over HTTP, with retries, limits and one-line errors. */
@NullMarked
package io.braid.remote;

import org.jspecify.annotations.NullMarked;
