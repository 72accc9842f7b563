/** Files of repositories on a Hugging Face hub. */
@NullMarked
package io.braid.remote.hub;

import org.jspecify.annotations.NullMarked;
