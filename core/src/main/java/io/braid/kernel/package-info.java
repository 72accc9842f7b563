/**
 * Loops over host memory with the Vector API, for operations without a fast operator in libtorch.
 * Each has a reference implementation with libtorch's operators, which also runs on other devices.
 */
@NullMarked
package io.braid.kernel;

import org.jspecify.annotations.NullMarked;
