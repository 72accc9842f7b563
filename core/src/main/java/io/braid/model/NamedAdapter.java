package io.braid.model;

import io.braid.nn.Parameter;
import io.braid.tensor.Tensor;
import java.util.List;

/**
 * A low-rank adapter of a published matrix.
 *
 * @param matrix published name of the matrix without {@code .weight}, such as {@code
 *     model.layers.0.self_attn.q_proj}
 * @param down A, [rank, in]
 * @param up B, [out, rank]
 */
public record NamedAdapter(String matrix, Tensor down, Tensor up) {
  /** Returns A and B as parameters with their names in PEFT. */
  public List<Parameter> parameters() {
    return List.of(
        new Parameter(matrix + ".lora_A.weight", down),
        new Parameter(matrix + ".lora_B.weight", up));
  }
}
