package io.braid.model;

import io.braid.kernel.Bfloat16Loop;
import io.braid.kernel.DecodingWorkspace;
import io.braid.kernel.EmbeddingLoop;
import io.braid.kernel.FewRowsProduct;
import io.braid.kernel.Float32Loop;
import io.braid.kernel.GatedLoop;
import io.braid.kernel.PanelProduct;
import io.braid.kernel.RaggedAttention;
import io.braid.kernel.RotaryLoop;
import io.braid.kernel.RowNorm;
import io.braid.nn.Int8Linear;
import io.braid.nn.Linear;
import io.braid.nn.Projection;
import io.braid.nn.RmsNorm;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.Tensor;
import io.braid.tensor.ThreadTeam;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One token behind each of a few sequences, through all layers by loops of our own, in memory that
 * is there from step to step: with so few rows, making a tensor takes as long as computing it.
 *
 * <p>A thread alone may go through it, or a team, whose threads compute some outputs of each
 * product each (tensor parallelism, Shoeybi et al. 2019). The plain reference is {@link
 * FusedLayer}; where the model has to be exact the bits are the same.
 */
final class DecodingStep {
  private final ModelConfig config;
  private final RotaryEmbedding rotary;
  private final Tensor embedding; // [vocab, hidden]
  private final List<Layer> layers;
  private final RowNorm norm;
  private final FewRowsProduct head;

  /** What a layer multiplies with. */
  private record Layer(
      RowNorm inputNorm,
      FewRowsProduct qkv,
      Optional<RowNorm> queryNorm,
      Optional<RowNorm> keyNorm,
      FewRowsProduct output,
      RowNorm mlpNorm,
      FewRowsProduct gateUp,
      FewRowsProduct down) {
    Stream<FewRowsProduct> products() {
      return Stream.of(qkv, output, gateUp, down);
    }
  }

  /**
   * A step of a model as it is now; what it copies of the weights belongs to the open scope.
   *
   * @param copies whether FLOAT32 weights are small enough to be copied, which gives the bits of
   *     libtorch's products
   */
  private DecodingStep(Transformer model, boolean copies) {
    this.config = model.config();
    this.rotary = model.rotary();
    TransformerWeights weights = model.weights();
    this.embedding = weights.embedding();
    this.layers = weights.layers().stream().map(layer -> layer(layer, copies)).toList();
    this.norm = norm(weights.norm());
    this.head = product(weights.head(), copies);
  }

  /**
   * A step of a model whose layers are fused and whose weights are multiplied here. Where all bits
   * matter, large weights in FLOAT32 are not.
   *
   * @param small whether a copy of the weights costs little
   */
  static Optional<DecodingStep> of(Transformer model, boolean small) {
    boolean right = small || model.dtype() == DType.BFLOAT16 || !model.attendsExactly();
    boolean takes =
        model.isFused()
            && Backend.current()
                .sharedThreads() // else the loops of a layer share their work by themselves
            && right
            && model.config().intermediateSize() % FewRowsProduct.GRAIN == 0
            && model.weights().projections().stream().allMatch(each -> takes(each, small));
    return takes ? Optional.of(new DecodingStep(model, small)) : Optional.empty();
  }

  private static boolean takes(Projection projection, boolean copies) {
    return switch (projection) {
      case Linear linear when linear.weight().dtype() == DType.BFLOAT16 ->
          Bfloat16Loop.takes(1, linear.weight());
      case Linear linear when copies -> PanelProduct.takes(linear.weight());
      case Linear linear -> Float32Loop.takes(linear.weight());
      case Int8Linear _ -> false;
    };
  }

  private static FewRowsProduct product(Projection projection, boolean copies) {
    Linear linear = (Linear) projection;
    Optional<Tensor> bias = linear.bias().map(each -> each.to(DType.FLOAT32));
    if (linear.weight().dtype() == DType.BFLOAT16) {
      return new Bfloat16Loop(linear.weight(), bias);
    }
    return copies
        ? new PanelProduct(linear.weight(), bias)
        : new Float32Loop(linear.weight(), bias);
  }

  private static RowNorm norm(RmsNorm norm) {
    return RowNorm.of(norm.weight().to(DType.FLOAT32), norm.epsilon());
  }

  private static Layer layer(TransformerWeights.Layer layer, boolean copies) {
    return new Layer(
        norm(layer.inputNorm()),
        product(layer.qkv(), copies),
        layer.queryNorm().map(DecodingStep::norm),
        layer.keyNorm().map(DecodingStep::norm),
        product(layer.output(), copies),
        norm(layer.mlpNorm()),
        product(layer.gateUp(), copies),
        product(layer.down(), copies));
  }

  /** More rows than these are computed faster otherwise. */
  int mostRows() {
    return head.mostRows();
  }

  /** Memory for steps of up to {@link #mostRows}; it belongs to the open scope. */
  DecodingWorkspace workspace() {
    int rows = mostRows();
    int d = config.headDim();
    int packed =
        Stream.concat(layers.stream().flatMap(Layer::products), Stream.of(head))
            .mapToInt(product -> product.packedSize(rows))
            .max()
            .orElseThrow();
    return DecodingWorkspace.of(
        rows,
        config.hiddenSize(),
        (config.heads() + 2 * config.kvHeads()) * d,
        config.heads() * d,
        config.intermediateSize(),
        config.vocabSize(),
        packed);
  }

  /**
   * What a step asks for.
   *
   * @param ids the token of each row
   * @param cache holds the sequences
   * @param runs the sequence of each row, with its new token
   * @param turns of all positions
   */
  record Asked(long[] ids, KvCache cache, List<RaggedAttention.Run> runs, RotaryLoop.Table turns) {
    int rows() {
      return ids.length;
    }
  }

  /** Makes workspace for a token behind each of some sequences. */
  Asked asked(long[] ids, KvCache cache, List<KvCache.Sequence> sequences) {
    List<RaggedAttention.Run> runs = new ArrayList<>(ids.length);
    int end = 0;
    for (int row = 0; row < ids.length; row++) {
      KvCache.Sequence sequence = sequences.get(row);
      int position = sequence.length();
      cache.grow(sequence, 1);
      runs.add(new RaggedAttention.Run(sequence.pages(), row, position, 1));
      end = Math.max(end, position + 1);
    }
    RotaryEmbedding.Table turns = rotary.table(end);
    return new Asked(ids, cache, runs, RotaryLoop.Table.of(turns.cos(), turns.signedSin()));
  }

  /**
   * Computes a step; its scores stand in the first rows of the shared workspace's logits.
   *
   * @param workspace what the threads of a team share
   * @param own what this thread has for itself; the same where it is alone
   */
  void run(Asked asked, ThreadTeam team, DecodingWorkspace workspace, DecodingWorkspace own) {
    int rows = asked.rows();
    team.forEach( // x: [n, hidden]
        rows, (from, to) -> EmbeddingLoop.copy(embedding, asked.ids, from, to, workspace.x()));
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      layer.inputNorm.apply(workspace.x(), rows, own.normed());
      multiply(layer.qkv, own.normed(), rows, team, own, workspace.qkv(), /* adds= */ false);
      attend(l, asked, team, workspace); // seen: [n, heads·d]
      multiply(layer.output, workspace.seen(), rows, team, own, workspace.x(), /* adds= */ true);
      layer.mlpNorm.apply(workspace.x(), rows, own.normed());
      gate(layer.gateUp, rows, team, workspace, own); // gated: [n, intermediate]
      multiply(layer.down, workspace.gated(), rows, team, own, workspace.x(), /* adds= */ true);
    }
    norm.apply(workspace.x(), rows, own.normed());
    multiply(
        head, own.normed(), rows, team, own, workspace.scores(), /* adds= */ false); // [n, vocab]
  }

  private static void multiply(
      FewRowsProduct product,
      HostRows x,
      int rows,
      ThreadTeam team,
      DecodingWorkspace own,
      HostRows out,
      boolean adds) {
    product.pack(x, rows, own.packed());
    int grain = FewRowsProduct.GRAIN;
    team.forEach(
        Math.ceilDiv(product.outputs(), grain),
        (from, to) ->
            product.multiply(
                own.packed(),
                rows,
                from * grain,
                Math.min(product.outputs(), to * grain),
                out,
                adds));
  }

  /** Each row's queries, by key heads, to its sequence. */
  private void attend(int number, Asked asked, ThreadTeam team, DecodingWorkspace workspace) {
    int d = config.headDim();
    HostRows keys = workspace.qkv().behind(4L * config.heads() * d);
    HostRows values = workspace.qkv().behind(4L * (config.heads() + config.kvHeads()) * d);
    RaggedAttention attention =
        RaggedAttention.of(
            workspace.qkv(),
            config.heads(),
            d,
            asked.cache.keys(number),
            asked.cache.values(number),
            asked.runs,
            workspace.seen());
    team.forEach(
        asked.rows() * config.kvHeads(),
        (from, to) -> {
          turn(layers.get(number), asked, from, to, workspace.qkv());
          attention.step(keys, values, from, to);
        });
  }

  /** Norms and turns a key head and the query heads that share it, of some rows. */
  private void turn(Layer layer, Asked asked, int from, int to, HostRows qkv) {
    int d = config.headDim();
    int group = config.heads() / config.kvHeads();
    RotaryLoop.Angles angles = new RotaryLoop.Angles(d);
    for (int item = from; item < to; item++) {
      int row = item / config.kvHeads();
      int kvHead = item % config.kvHeads();
      angles.take(asked.turns, asked.runs.get(row).position());
      for (int h = 0; h <= group; h++) {
        int head = h < group ? kvHead * group + h : config.heads() + kvHead;
        Optional<RowNorm> headNorm = h < group ? layer.queryNorm : layer.keyNorm;
        headNorm.ifPresent(norm -> norm.applyInPlace(qkv, row, head));
        angles.rotate(qkv, row, head);
      }
    }
  }

  /** Gates and ups of some units, and what they give, by the thread that computed them. */
  private void gate(
      FewRowsProduct gateUp,
      int rows,
      ThreadTeam team,
      DecodingWorkspace workspace,
      DecodingWorkspace own) {
    int units = config.intermediateSize();
    int grain = FewRowsProduct.GRAIN;
    gateUp.pack(own.normed(), rows, own.packed());
    team.forEach(
        units / grain,
        (from, to) -> {
          int first = from * grain;
          int end = to * grain;
          gateUp.multiply(own.packed(), rows, first, end, workspace.gateUp(), /* adds= */ false);
          gateUp.multiply(
              own.packed(), rows, units + first, units + end, workspace.gateUp(), false);
          GatedLoop.forward(workspace.gateUp(), rows, units, first, end, workspace.gated());
        });
  }
}
