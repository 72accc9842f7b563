/**
 * The vision tower of Qwen2.5-VL (Bai et al. 2025, arXiv 2502.13923): patches of images become
 * features that replace the embeddings of image tokens, and positions that count time, height and
 * width.
 */
@NullMarked
package io.braid.vision;

import org.jspecify.annotations.NullMarked;
