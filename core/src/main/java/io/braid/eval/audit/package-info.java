/** What algorithms converge to, exactly, where every response can be enumerated. */
@NullMarked
package io.braid.eval.audit;

import org.jspecify.annotations.NullMarked;
