/** Guards, which check a response's surface and decide whether it is judged at all. */
@NullMarked
package io.braid.verify.guard;

import org.jspecify.annotations.NullMarked;
