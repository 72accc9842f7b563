/** Reports: HTML pages, pictures and terminal tables of results. */
@NullMarked
package io.braid.app.report;

import org.jspecify.annotations.NullMarked;
