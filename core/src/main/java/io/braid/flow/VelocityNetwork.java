package io.braid.flow;

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
import java.util.Optional;

/**
 * The velocity network v(x_t, t, c, ℓ) of a flow from noise to latents: a residual MLP, modulated
 * by time, condition and layer through shift, scale and gate (arXiv 2510.10201; the blocks are the
 * same as in DiT, arXiv 2212.09748, and MAR, arXiv 2406.11838).
 *
 * <p>Its weights are always FLOAT32 and have the published names.
 */
public final class VelocityNetwork implements AutoCloseable {
  private static final int FREQUENCIES = 128;
  private static final double LONGEST_PERIOD = 10_000;

  private final int width;
  private final List<Parameter> parameters = new ArrayList<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private final Linear input; // [width, width]
  private final Linear condition; // [width, width]
  private final Embedder time;
  private final Embedder layer;
  private final List<Block> blocks = new ArrayList<>();
  private final RmsNorm lastNorm;
  private final Linear last; // [width, width]
  private final Linear lastModulation; // [2·width, width]

  /** Two linear maps with a SiLU in between. */
  private record Mlp(Linear first, Linear second) {
    Tensor apply(Tensor x) {
      return second.apply(Functional.silu(first.apply(x)));
    }
  }

  /** Embeds a number between 0 and 1 as a vector. */
  private record Embedder(Tensor frequencies, Mlp mlp) { // [1, 128]
    Tensor apply(Tensor numbers) {
      Tensor angles = numbers.unsqueeze(1).times(frequencies); // [n, 128]
      return mlp.apply(Tensor.cat(List.of(angles.cos(), angles.sin()), 1)); // [n, width]
    }
  }

  /** A residual block. */
  private record Block(RmsNorm norm, Mlp mlp, Linear modulation) {} // [3·width, width]

  /**
   * Creates an untrained network with Xavier-uniform weights and zero biases. The modulations and
   * the last map start at zero, so the initial velocity is zero everywhere.
   *
   * @param width width of the latents and of all inner layers
   * @param depth number of residual blocks
   * @param epsilon ε of the norms, equal to the policy's
   */
  public VelocityNetwork(int width, int depth, double epsilon, long seed) {
    this.width = width;
    try (RandomSource random = new RandomSource(seed);
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Maker make = new Maker(random);
      input = make.linear("input_proj", width, width);
      time = make.embedder("time_embed");
      condition = make.linear("cond_embed", width, width);
      layer = make.embedder("layer_embed");
      for (int b = 0; b < depth; b++) {
        String name = "res_blocks." + b;
        blocks.add(
            new Block(
                make.norm(name + ".in_ln", epsilon),
                make.mlp(name + ".mlp", width),
                make.zeros(name + ".adaLN_modulation.1", 3 * width, width)));
      }
      lastNorm = make.norm("final_layer.norm_final", epsilon);
      last = make.zeros("final_layer.linear", width, width);
      lastModulation = make.zeros("final_layer.adaLN_modulation.1", 2 * width, width);
    }
  }

  /** Creates parts and registers their tensors under the published names. */
  private final class Maker {
    private final RandomSource random;

    Maker(RandomSource random) {
      this.random = random;
    }

    Linear linear(String name, int out, int in) {
      double bound = Math.sqrt(6.0 / (in + out));
      return linear(name, Tensor.rand(random, out, in).times(2 * bound).minus(bound));
    }

    Linear zeros(String name, int out, int in) {
      return linear(name, Tensor.zeros(DType.FLOAT32, out, in));
    }

    private Linear linear(String name, Tensor weight) {
      return new Linear(
          parameter(name + ".weight", weight),
          Optional.of(parameter(name + ".bias", Tensor.zeros(DType.FLOAT32, weight.size(0)))));
    }

    Mlp mlp(String name, int in) {
      return new Mlp(linear(name + ".0", width, in), linear(name + ".2", width, width));
    }

    RmsNorm norm(String name, double epsilon) {
      return new RmsNorm(parameter(name + ".weight", Tensor.ones(DType.FLOAT32, width)), epsilon);
    }

    Embedder embedder(String name) {
      Tensor frequencies =
          Tensor.arange(FREQUENCIES)
              .to(DType.FLOAT32)
              .times(-Math.log(LONGEST_PERIOD))
              .div(FREQUENCIES)
              .exp()
              .unsqueeze(0)
              .owned(); // [1, 128]
      buffers.put(name + ".freqs", frequencies);
      return new Embedder(frequencies, mlp(name + ".mlp", 2 * FREQUENCIES));
    }

    private Tensor parameter(String name, Tensor initial) {
      Tensor tensor = initial.owned().requiresGrad(true);
      parameters.add(new Parameter(name, tensor));
      return tensor;
    }
  }

  // ---- forward --------------------------------------------------------------------------------

  /**
   * Embeds the condition, the neighbouring latent, as a term of the guidance.
   *
   * @param latents [n, width]
   * @return [n, width]
   */
  public Tensor embedCondition(Tensor latents) {
    return condition.apply(latents);
  }

  /**
   * Embeds the time as a term of the guidance.
   *
   * @param times [n], or [1] for all
   * @return [n, width]
   */
  public Tensor embedTime(Tensor times) {
    return time.apply(times);
  }

  /**
   * Embeds the layer as a term of the guidance.
   *
   * @param layers [n], or [1] for all, as fractions of the model's depth
   * @return [n, width]
   */
  public Tensor embedLayer(Tensor layers) {
    return layer.apply(layers);
  }

  /**
   * Returns the velocity.
   *
   * @param noised [n, width], interpolation of noise and latent
   * @param guidance [n, width], the sum of the three embeddings
   * @return [n, width]
   */
  public Tensor velocity(Tensor noised, Tensor guidance) {
    Tensor y = Functional.silu(guidance); // [n, width]
    Tensor x = input.apply(noised); // [n, width]
    for (Block block : blocks) {
      List<Tensor> by = parts(block.modulation.apply(y), 3); // shift, scale, gate
      Tensor seen = modulated(block.norm.apply(x), by.get(0), by.get(1));
      x = x.plus(by.get(2).times(block.mlp.apply(seen)));
    }
    List<Tensor> by = parts(lastModulation.apply(y), 2); // shift, scale
    return last.apply(modulated(lastNorm.apply(x), by.get(0), by.get(1)));
  }

  private static Tensor modulated(Tensor x, Tensor shift, Tensor scale) {
    return x.times(scale.plus(1)).plus(shift);
  }

  private List<Tensor> parts(Tensor modulation, int count) {
    long[] widths = new long[count];
    java.util.Arrays.fill(widths, width);
    return modulation.split(widths, 1);
  }

  // ---- parameters -----------------------------------------------------------------------------

  /** Returns the width of the latents. */
  public int width() {
    return width;
  }

  /** Returns the trainable parameters. */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /**
   * Returns all saved tensors by published name: the trainable parameters, and the sinusoid
   * frequencies, which are rounded in a field that was trained in half precision.
   */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    parameters.forEach(parameter -> state.put(parameter.name(), parameter.tensor()));
    state.putAll(buffers);
    return state;
  }

  @Override
  public void close() {
    state().values().forEach(Tensor::close);
  }
}
