/** RLFR: a flow field over a model's latents, its training, and the token rewards it gives. */
@NullMarked
package io.braid.flow;

import org.jspecify.annotations.NullMarked;
