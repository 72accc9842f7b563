/** RLFR: a flow field over a model's own latents, its training, and the reward it gives tokens. */
@NullMarked
package io.braid.flow;

import org.jspecify.annotations.NullMarked;
