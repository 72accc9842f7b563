/** Reads images and turns them into what a vision tower receives; independent of models. */
@NullMarked
package io.braid.image;

import org.jspecify.annotations.NullMarked;
