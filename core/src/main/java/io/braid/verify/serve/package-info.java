/** A reward server: a verifier behind OpenRLHF's {@code POST /get_reward}. */
@NullMarked
package io.braid.verify.serve;

import org.jspecify.annotations.NullMarked;
