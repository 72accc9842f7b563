/** What algorithms converge to, exactly, on a task whose responses can all be enumerated. */
@NullMarked
package io.braid.experiment.audit;

import org.jspecify.annotations.NullMarked;
