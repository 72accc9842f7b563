/**
 * GGUF, the model format of llama.cpp and Ollama: converts its files to Hugging Face model
 * directories and back. The files are not trusted: every length and count is checked against the
 * file's size before it is used.
 */
@NullMarked
package io.braid.gguf;

import org.jspecify.annotations.NullMarked;
