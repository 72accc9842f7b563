/**
 * Mathematical answers: found in a response, read into trees and compared by value. Nothing here is
 * executed, and the work for one comparison is bounded.
 */
@NullMarked
package io.braid.math;

import org.jspecify.annotations.NullMarked;
