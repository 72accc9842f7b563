/**
 * Reads and writes safetensors files, Hugging Face model directories and the checkpoints of a run,
 * and reads archives written by {@code torch.save}.
 */
@NullMarked
package io.braid.checkpoint;

import org.jspecify.annotations.NullMarked;
