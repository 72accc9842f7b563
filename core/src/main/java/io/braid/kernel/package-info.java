/**
 * Loops over host memory in the Vector API, for what libtorch has no fast operator for. Each has a
 * reference implementation in libtorch's operators, which also runs on other devices.
 */
@NullMarked
package io.braid.kernel;

import org.jspecify.annotations.NullMarked;
