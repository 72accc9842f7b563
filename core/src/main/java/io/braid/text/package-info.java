/** Tokenizers and prompt formats: text to token ids and back. */
@NullMarked
package io.braid.text;

import org.jspecify.annotations.NullMarked;
