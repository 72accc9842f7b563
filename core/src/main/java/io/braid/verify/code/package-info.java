/** Judges programs by running them and their tests in a sandbox. */
@NullMarked
package io.braid.verify.code;

import org.jspecify.annotations.NullMarked;
