/**
 * The façade over libtorch: tensors whose expressions read like the maths, scopes, devices, dtypes,
 * generators. The only room that knows the engine; it knows nothing of language models.
 */
@NullMarked
package io.braid.tensor;

import org.jspecify.annotations.NullMarked;
