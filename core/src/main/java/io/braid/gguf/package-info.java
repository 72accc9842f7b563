/**
 * GGUF, the model format of llama.cpp and Ollama: reads its files into Hugging Face model
 * directories and writes such directories as GGUF files. The files are not trusted: every length
 * and count is checked against the file's size before it is used.
 */
@NullMarked
package io.braid.gguf;

import org.jspecify.annotations.NullMarked;
