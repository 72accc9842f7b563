/** The page and the picture that say what came of a run. */
@NullMarked
package io.braid.app.report;

import org.jspecify.annotations.NullMarked;
