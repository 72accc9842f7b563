/** Language models as judges: how they are asked, and what of their replies counts. */
@NullMarked
package io.braid.verify.judge;

import org.jspecify.annotations.NullMarked;
