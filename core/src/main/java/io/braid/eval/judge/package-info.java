/** An evaluation's records, read again by a language model: correctness and diversity. */
@NullMarked
package io.braid.eval.judge;

import org.jspecify.annotations.NullMarked;
