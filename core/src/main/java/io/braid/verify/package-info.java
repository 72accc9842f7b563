/** Verifiers, which judge responses by rules, tests, services or language models. */
@NullMarked
package io.braid.verify;

import org.jspecify.annotations.NullMarked;
