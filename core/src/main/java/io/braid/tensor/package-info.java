/**
 * A façade over libtorch: tensors, scopes, devices, dtypes and random number generators; and {@link
 * io.braid.tensor.Backend}, which decides what computes. The only room that uses the engine; it
 * knows nothing of language models.
 */
@NullMarked
package io.braid.tensor;

import org.jspecify.annotations.NullMarked;
