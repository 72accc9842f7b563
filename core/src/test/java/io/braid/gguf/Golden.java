package io.braid.gguf;

import io.braid.checkpoint.ModelWriter;
import io.braid.model.ModelConfig;
import io.braid.model.NamedView;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files that parity/gguf_files.py wrote, and models with their tokenizer. */
final class Golden {
  /** Rows of the embeddings, and more than the tokenizer's tokens. */
  static final int VOCABULARY = 64;

  private Golden() {}

  static Path path(String name) {
    return Path.of("src/test/resources/io/braid/gguf").resolve(name);
  }

  static Path checkpoint(String name) {
    return Path.of("src/test/resources/io/braid/checkpoint/models").resolve(name);
  }

  /** The tokenizer of a golden file: {@code llama}, {@code qwen2} or {@code qwen3}. */
  static Map<String, String> tokenizer(String name) {
    try (GgufFile file = GgufFile.open(path(name + ".gguf"))) {
      return GgufTokenizer.files(file.metadata(), VOCABULARY);
    }
  }

  /** Saves a randomly initialised model with a tokenizer. */
  static void save(Path directory, ModelConfig config, DType dtype, Map<String, String> tokenizer) {
    try (Transformer model = Transformer.create(config, dtype, /* seed= */ 3);
        Gradients off = Gradients.off();
        Scope scope = Scope.open()) {
      int number = 0;
      for (NamedView view : model.views()) { // norms and biases that differ from their neighbours
        if (view.shape().size() == 1) {
          Tensor values = Tensor.arange(view.numel()).to(dtype).times(0.01 + 0.001 * number++);
          view.tensor().addInPlace(values);
        }
      }
      ModelWriter.save(directory, model, List.of(53L, 52L), tokenizer);
    }
  }

  /** All tensors by name, as float32. */
  static Map<String, float[]> tensors(Transformer model) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    try (Gradients off = Gradients.off();
        Scope scope = Scope.open()) {
      model.views().forEach(view -> tensors.put(view.name(), view.tensor().detach().toFloats()));
    }
    return tensors;
  }
}
