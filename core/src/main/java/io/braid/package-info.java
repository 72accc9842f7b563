/**
 * Types that all packages may use: errors, notices, seeds, checks and the annotations of settings.
 */
@NullMarked
package io.braid;

import org.jspecify.annotations.NullMarked;
