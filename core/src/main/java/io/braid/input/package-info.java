/**
 * Reads what recipes and commands name: data files become problems, questions become prompts, and
 * model directories become models with their tokenizers.
 */
@NullMarked
package io.braid.input;

import org.jspecify.annotations.NullMarked;
