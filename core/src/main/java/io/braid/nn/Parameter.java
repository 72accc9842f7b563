package io.braid.nn;

import io.braid.tensor.Tensor;

/**
 * A named trainable tensor.
 *
 * @param name name, unique within an optimizer
 * @param tensor the values; a leaf that requires gradients
 */
public record Parameter(String name, Tensor tensor) {}
