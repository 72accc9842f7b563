/**
 * Reads the inputs of recipes and commands: data files into problems, questions into prompts, and
 * model directories into models with their tokenizers.
 */
@NullMarked
package io.braid.input;

import org.jspecify.annotations.NullMarked;
