/**
 * Safetensors files and Hugging Face model directories, both ways, and the checkpoints of a run.
 */
@NullMarked
package io.braid.checkpoint;

import org.jspecify.annotations.NullMarked;
