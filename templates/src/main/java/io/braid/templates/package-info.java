/** Chat templates: a conversation rendered to the text that a model was trained on. */
@NullMarked
package io.braid.templates;

import org.jspecify.annotations.NullMarked;
