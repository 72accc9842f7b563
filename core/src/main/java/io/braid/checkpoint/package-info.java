/**
 * Safetensors files and Hugging Face model directories, both ways, archives that {@code torch.save}
 * wrote, and the checkpoints of a run.
 */
@NullMarked
package io.braid.checkpoint;

import org.jspecify.annotations.NullMarked;
