/** Audits of what algorithms converge to, exact on a task whose responses can be enumerated. */
@NullMarked
package io.braid.experiment.audit;

import org.jspecify.annotations.NullMarked;
