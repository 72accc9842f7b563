/**
 * Decoder-only transformers (Llama, Qwen2, Qwen3), their KV cache, and the heads that sit on them.
 */
@NullMarked
package io.braid.model;

import org.jspecify.annotations.NullMarked;
