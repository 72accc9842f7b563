package io.braid.model;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.Nearest;
import io.braid.SettingError;
import io.braid.nn.FrozenMatrix;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Low-rank adapters instead of full training (LoRA, Hu et al. 2021, arXiv 2106.09685): each target
 * matrix W₀ is frozen, and s·B·A is trained and added to it.
 *
 * @param rank number of rows of A and of columns of B
 * @param alpha α, from which the scale s is computed: alpha / rank, or alpha / √rank with {@code
 *     rslora}
 * @param rslora rank-stabilised scaling (Kalajdzievski 2023, arXiv 2312.03732)
 * @param targets the published names of the adapted matrices, such as {@code q_proj}; only {@link
 *     #ALL_LINEAR} for all matrices of a layer
 * @param base the format of W₀
 * @param dropout probability that an input of an adapter is 0 in a training pass
 */
public record LoraSettings(
    @Doc("Rank of the adapters.") @Default("16") int rank,
    @Doc("The adapters are scaled by alpha / rank.") @Default("32.0") double alpha,
    @Doc("Scale by alpha / sqrt(rank) instead.") @Default("false") boolean rslora,
    @Doc("Names of the adapted matrices, such as q_proj; or all-linear.") @Default("[all-linear]")
        List<String> targets,
    @Doc("Format of the frozen weights: float32, bfloat16, int8.") @Default("float32")
        FrozenMatrix.Format base,
    @Doc("Probability that an input of an adapter is 0 in a training pass; for sft.")
        @Default("0.0")
        double dropout) {
  /** The target that selects every matrix of a layer. */
  public static final String ALL_LINEAR = "all-linear";

  /** Checks the settings. */
  public LoraSettings {
    Check.atLeast("rank", rank, 1);
    Check.above("alpha", alpha, 0);
    if (!(dropout >= 0 && dropout < 1)) {
      throw new SettingError("dropout", "must be at least 0 and below 1, got " + dropout);
    }
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new SettingError("targets", "is empty; name matrices, or all-linear");
    }
  }

  /** Creates settings without dropout. */
  public LoraSettings(
      int rank, double alpha, boolean rslora, List<String> targets, FrozenMatrix.Format base) {
    this(rank, alpha, rslora, targets, base, 0);
  }

  /** Returns s. */
  public double scale() {
    return alpha / (rslora ? Math.sqrt(rank) : rank);
  }

  /** Returns whether a matrix with a published name such as {@code q_proj} is adapted. */
  public boolean takes(String matrix) {
    return targets.contains(ALL_LINEAR) || targets.contains(matrix);
  }

  /**
   * Returns whether the merged weights of all layers are in memory together. A large model whose
   * base is stored in fewer bytes has those of one layer at a time: merging takes far less time
   * than a product of many rows.
   */
  public boolean keepsMerged(Architecture architecture) {
    return keepsMerged(architecture, Decoder.LAYER_BYTES);
  }

  /**
   * Returns the same for another limit.
   *
   * @param layerBytes size of the largest layer whose merged weights are kept
   */
  boolean keepsMerged(Architecture architecture, long layerBytes) {
    return base == FrozenMatrix.Format.FLOAT32
        || architecture.layerNumbers() * Float.BYTES <= layerBytes;
  }

  /**
   * Rejects a target that no layer has.
   *
   * @param architecture architecture of the model to adapt
   */
  void checkTargets(Architecture architecture) {
    Map<String, Boolean> names = new TreeMap<>();
    architecture.layers().stream()
        .flatMap(List::stream)
        .flatMap(sublayer -> Stream.of(sublayer.in(), sublayer.out()))
        .flatMap(projection -> projection.parts().stream())
        .forEach(part -> names.put(part.name(), true));
    for (String target : targets) {
      if (!target.equals(ALL_LINEAR) && !names.containsKey(target)) {
        throw new SettingError(
            "adapter.targets",
            "the model has no matrix '%s'%s; it has %s, or use all-linear"
                .formatted(
                    target,
                    Nearest.to(target, names.keySet())
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse(""),
                    String.join(", ", names.keySet())));
      }
    }
  }
}
