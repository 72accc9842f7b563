/** Guards: looks at a response's surface that decide whether it is judged at all. */
@NullMarked
package io.braid.verify.guard;

import org.jspecify.annotations.NullMarked;
