/**
 * Decoder-only transformers of several {@link io.braid.model.family families}, their KV cache, and
 * the heads on top of them.
 */
@NullMarked
package io.braid.model;

import org.jspecify.annotations.NullMarked;
