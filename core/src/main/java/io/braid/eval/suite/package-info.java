/** The public benchmarks: what each is, how it is asked, and how its file is found. */
@NullMarked
package io.braid.eval.suite;

import org.jspecify.annotations.NullMarked;
