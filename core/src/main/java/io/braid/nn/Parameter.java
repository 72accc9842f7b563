package io.braid.nn;

import io.braid.tensor.Tensor;

/**
 * A named tensor that is trained.
 *
 * @param name its name, unique within an optimizer
 * @param tensor its values; a leaf that requires gradients
 */
public record Parameter(String name, Tensor tensor) {}
