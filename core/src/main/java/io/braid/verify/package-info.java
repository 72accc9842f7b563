/** Verifiers: what a response is worth, decided by rules and never by executing it here. */
@NullMarked
package io.braid.verify;

import org.jspecify.annotations.NullMarked;
