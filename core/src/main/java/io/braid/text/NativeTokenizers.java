package io.braid.text;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;

/**
 * The native tokenizer library, loaded once and offline.
 *
 * <p>Braid calls its JNI layer directly. The library's own Java class reports usage over the
 * network and may download a different build on a machine with CUDA. A tokenizer must do neither.
 */
final class NativeTokenizers {
  private static final String OFFLINE = "ai.djl.offline";
  private static final TokenizersLibrary LIBRARY = load();

  private NativeTokenizers() {}

  static TokenizersLibrary library() {
    return LIBRARY;
  }

  private static TokenizersLibrary load() {
    if (System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
    }
    LibUtils.checkStatus();
    return TokenizersLibrary.LIB;
  }
}
