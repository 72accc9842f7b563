/**
 * Loops over host memory in the Vector API, for what libtorch has no operator for. Each stands
 * beside a plain reference in libtorch's operators, which also serves other devices.
 */
@NullMarked
package io.braid.kernel;

import org.jspecify.annotations.NullMarked;
