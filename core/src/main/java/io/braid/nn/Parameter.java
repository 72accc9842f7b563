package io.braid.nn;

import io.braid.tensor.Tensor;

/**
 * A named tensor that is learned.
 *
 * @param name its name, unique within an optimizer
 * @param tensor its values; a leaf that asks for gradients
 */
public record Parameter(String name, Tensor tensor) {}
