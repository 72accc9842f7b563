/** Answers that are programs: they run in a box, and their tests say what they are worth. */
@NullMarked
package io.braid.verify.code;

import org.jspecify.annotations.NullMarked;
