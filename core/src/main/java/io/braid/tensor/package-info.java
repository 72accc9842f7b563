/**
 * A façade over libtorch: tensors, scopes, devices, dtypes and random number generators; and {@link
 * io.braid.tensor.Backend}, which selects implementations. This is the only package that uses
 * libtorch's API; it is independent of language models.
 */
@NullMarked
package io.braid.tensor;

import org.jspecify.annotations.NullMarked;
