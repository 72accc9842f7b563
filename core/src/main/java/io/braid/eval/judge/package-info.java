/** Language models that judge an evaluation's records for correctness and diversity. */
@NullMarked
package io.braid.eval.judge;

import org.jspecify.annotations.NullMarked;
