/** Verifiers: what a response is worth, decided by rules; programs run in a box of their own. */
@NullMarked
package io.braid.verify;

import org.jspecify.annotations.NullMarked;
