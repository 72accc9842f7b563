/** The command line, its output and its reports. */
@NullMarked
package io.braid.app;

import org.jspecify.annotations.NullMarked;
