package io.braid.vision;

import io.braid.nn.Linear;
import io.braid.nn.Parameter;
import io.braid.nn.RmsNorm;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The vision tower of Qwen2.5-VL (Bai et al. 2025, arXiv 2502.13923, section 2.1): patches become
 * features, blocks of attention and gated units refine them, and the merger joins blocks of patches
 * to one image token each. Most blocks attend within windows, some to the whole image.
 *
 * <p>Libtorch's operators compute everything, under autograd if the tower is trained.
 */
public final class VisionTower implements AutoCloseable {
  /** Prefix of the names of the tower's tensors. */
  public static final String PREFIX = "visual.";

  private static final double EPSILON = 1e-6; // of all norms

  private final VisionConfig config;
  private final DType dtype;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>(); // by published name
  private final List<Block> blocks = new ArrayList<>();
  private int holders = 1;

  /** The weights of a block: two residual updates, by attention and by a gated unit. */
  private record Block(
      RmsNorm beforeAttention,
      Linear queryKeyValue,
      Linear attended,
      RmsNorm beforeUnit,
      Linear gate,
      Linear up,
      Linear down) {}

  /** Allocates uninitialised weights. */
  public VisionTower(VisionConfig config, DType dtype) {
    this.config = config;
    this.dtype = dtype;
    shapes(config)
        .forEach((name, shape) ->
            tensors.put(
                name,
                Tensor.empty(dtype, shape.stream().mapToLong(Long::longValue).toArray())
                    .owned()
                    .requiresGrad(true)));
    for (int b = 0; b < config.depth(); b++) {
      String block = PREFIX + "blocks." + b + ".";
      blocks.add(
          new Block(
              norm(block + "norm1"),
              linear(block + "attn.qkv"),
              linear(block + "attn.proj"),
              norm(block + "norm2"),
              linear(block + "mlp.gate_proj"),
              linear(block + "mlp.up_proj"),
              linear(block + "mlp.down_proj")));
    }
  }

  /** Returns the shape of each tensor, by published name, in the order of computation. */
  public static Map<String, List<Long>> shapes(VisionConfig config) {
    Map<String, List<Long>> all = new LinkedHashMap<>();
    long width = config.width();
    long side = config.patch();
    all.put(
        PREFIX + "patch_embed.proj.weight",
        List.of(width, (long) VisionConfig.CHANNELS, (long) config.frames(), side, side));
    for (int b = 0; b < config.depth(); b++) {
      String block = PREFIX + "blocks." + b + ".";
      all.put(block + "norm1.weight", List.of(width));
      linear(all, block + "attn.qkv", 3 * width, width);
      linear(all, block + "attn.proj", width, width);
      all.put(block + "norm2.weight", List.of(width));
      linear(all, block + "mlp.gate_proj", config.intermediate(), width);
      linear(all, block + "mlp.up_proj", config.intermediate(), width);
      linear(all, block + "mlp.down_proj", width, config.intermediate());
    }
    long joined = width * config.block();
    all.put(PREFIX + "merger.ln_q.weight", List.of(width));
    linear(all, PREFIX + "merger.mlp.0", joined, joined);
    linear(all, PREFIX + "merger.mlp.2", config.outWidth(), joined);
    return all;
  }

  private static void linear(Map<String, List<Long>> to, String name, long outputs, long inputs) {
    to.put(name + ".weight", List.of(outputs, inputs));
    to.put(name + ".bias", List.of(outputs));
  }

  private Tensor tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  private RmsNorm norm(String name) {
    return new RmsNorm(tensor(name + ".weight"), EPSILON);
  }

  private Linear linear(String name) {
    return new Linear(tensor(name + ".weight"), Optional.of(tensor(name + ".bias")));
  }

  /**
   * Initialises the weights: normal matrices, norms of 1, zero biases; the seed determines them.
   */
  public void initialise(long seed) {
    try (RandomSource random = new RandomSource(seed)) {
      tensors.forEach((name, tensor) -> {
        try (Scope scope = Scope.open();
            Gradients off = Gradients.off()) {
          if (tensor.rank() > 1) {
            tensor.copyInPlace(
                Tensor.randn(random, tensor.shape()).times(config.initializerRange()));
          } else {
            tensor.fillInPlace(name.endsWith(".bias") ? 0 : 1);
          }
        }
      });
    }
  }

  /** Copies the weights of a tower of the same shape, converted to this tower's type. */
  public void copyFrom(VisionTower other) {
    try (Gradients off = Gradients.off()) {
      tensors.forEach((name, tensor) -> tensor.copyInPlace(other.tensor(name)));
    }
  }

  // ---- forward --------------------------------------------------------------------------------

  /**
   * Computes the features of images.
   *
   * @param patches [n, values of a patch] FLOAT32, the images' patches in order
   * @param images numbers of patches of each image
   * @return [image tokens, outWidth], image by image
   */
  public Tensor features(Tensor patches, List<ImageGrid> images) {
    WindowOrder order = WindowOrder.of(images, config.windowTokens());
    Tensor blocksInOrder = Tensor.of(order.blocks(), order.blocks().length);
    PatchRotation rotation =
        PatchRotation.of(images, config.headDim(), config.theta(), blocksInOrder);
    SegmentAttention inWindows = SegmentAttention.of(order.windows(), config.block());
    SegmentAttention inImages =
        new SegmentAttention(images.stream().mapToInt(ImageGrid::patches).toArray());

    Tensor embedding = tensor(PREFIX + "patch_embed.proj.weight").view(config.width(), -1);
    Tensor x = Functional.linear(patches.to(dtype), embedding); // [n, width]
    x = byBlock(x, config.width()).indexSelect(0, blocksInOrder).reshape(-1, config.width());
    for (int b = 0; b < blocks.size(); b++) {
      x = apply(blocks.get(b), x, rotation, config.attendsToAll(b) ? inImages : inWindows);
    }
    Tensor merged = merge(x); // [image tokens, outWidth]
    return merged.indexSelect(0, Tensor.of(order.places(), order.places().length));
  }

  private Tensor byBlock(Tensor x, long width) {
    return x.reshape(-1, config.block() * width);
  }

  private Tensor apply(
      Block block, Tensor before, PatchRotation rotation, SegmentAttention attention) {
    long n = before.size(0);
    Tensor qkv =
        block
            .queryKeyValue
            .apply(block.beforeAttention.apply(before))
            .view(n, 3, config.heads(), config.headDim());
    Tensor q = rotation.apply(qkv.select(1, 0)); // [n, heads, d]
    Tensor k = rotation.apply(qkv.select(1, 1));
    Tensor x = before.plus(block.attended.apply(attention.attend(q, k, qkv.select(1, 2))));
    Tensor normed = block.beforeUnit.apply(x);
    Tensor gated = Functional.silu(block.gate.apply(normed)).times(block.up.apply(normed));
    return x.plus(block.down.apply(gated));
  }

  /** Joins blocks of patches: [n, width] → [image tokens, outWidth]. */
  private Tensor merge(Tensor x) {
    Tensor joined = byBlock(norm(PREFIX + "merger.ln_q").apply(x), config.width());
    Tensor hidden = Functional.gelu(linear(PREFIX + "merger.mlp.0").apply(joined));
    return linear(PREFIX + "merger.mlp.2").apply(hidden);
  }

  // ---- contents -------------------------------------------------------------------------------

  /** Returns the settings. */
  public VisionConfig config() {
    return config;
  }

  /** Returns the type of the weights. */
  public DType dtype() {
    return dtype;
  }

  /** Returns all weights under their published names. */
  public List<Parameter> parameters() {
    return tensors.entrySet().stream()
        .map(each -> new Parameter(each.getKey(), each.getValue()))
        .toList();
  }

  /** Stops training the tower. */
  public void freeze() {
    tensors.values().forEach(each -> each.requiresGrad(false));
  }

  /** Returns whether the tower is not trained. */
  public boolean isFrozen() {
    return tensors.values().stream().noneMatch(Tensor::requiresGrad);
  }

  /**
   * Returns this tower for another owner, who also closes it; the weights are freed by the last.
   */
  public synchronized VisionTower shared() {
    holders++;
    return this;
  }

  @Override
  public synchronized void close() {
    holders--;
    if (holders == 0) {
      tensors.values().forEach(Tensor::close);
    }
  }
}
