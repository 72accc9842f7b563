/** A verifier as a service: OpenRLHF's {@code POST /get_reward}. */
@NullMarked
package io.braid.verify.serve;

import org.jspecify.annotations.NullMarked;
