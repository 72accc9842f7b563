/** Language models as judges: prompts, and parsing of replies. */
@NullMarked
package io.braid.verify.judge;

import org.jspecify.annotations.NullMarked;
