package io.braid.model;

import io.braid.kernel.Activation;
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
import io.braid.nn.AdaptedLinear;
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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Computes one token of each of a few sequences through all layers with Braid's own loops. Its
 * memory is reused from step to step, since with so few rows allocating a tensor takes as long as
 * computing it.
 *
 * <p>It runs on one thread, or on a team whose threads each compute some outputs of every product
 * (tensor parallelism, Shoeybi et al. 2019). The reference is {@link FusedLayer}; for a model that
 * attends exactly, the results are the same bit for bit.
 */
final class DecodingStep {
  private final ModelConfig config;
  private final RotaryEmbeddings rotary;
  private final float embeddingScale;
  private final Tensor embedding; // [vocab, hidden]
  private final List<List<Block>> layers;
  private final RowNorm norm;
  private final FewRowsProduct head;

  /** A sub-layer with its weights in the format used here. */
  private record Block(
      Sublayer spec,
      Optional<RowNorm> before,
      FewRowsProduct in,
      Optional<RowNorm> queryNorm,
      Optional<RowNorm> keyNorm,
      FewRowsProduct out,
      Optional<RowNorm> after) {
    Stream<FewRowsProduct> products() {
      return Stream.of(in, out);
    }
  }

  /**
   * Creates a step with a model's current weights; copies of them belong to the open scope.
   *
   * @param copies whether to copy FLOAT32 weights, which gives the same bits as libtorch's products
   */
  private DecodingStep(Transformer model, boolean copies) {
    this.config = model.config();
    this.rotary = model.rotary();
    TransformerWeights weights = model.weights();
    this.embedding = weights.embedding();
    this.embeddingScale = (float) model.embeddingScale();
    this.layers =
        weights.layers().stream()
            .map(layer -> layer.stream().map(block -> block(block, copies)).toList())
            .toList();
    this.norm = norm(weights.norm());
    this.head = product(weights.head(), copies);
  }

  /**
   * Creates a step for a model with fused layers; empty if its weights are not supported here.
   * Large FLOAT32 weights are not supported if rollouts must match training bit for bit.
   *
   * @param small whether the weights are small enough to be copied
   */
  static Optional<DecodingStep> of(Transformer model, boolean small) {
    boolean right = small || model.dtype() == DType.BFLOAT16 || !model.attendsExactly();
    boolean takes =
        model.isFused()
            && Backend.current()
                .sharedThreads() // else a layer's loops divide their work themselves
            && right
            && model.weights().architecture().sublayers().allMatch(DecodingStep::takes)
            && model.weights().projections().stream().allMatch(each -> takes(each, small));
    return takes ? Optional.of(new DecodingStep(model, small)) : Optional.empty();
  }

  private static boolean takes(Sublayer sublayer) {
    return switch (sublayer.mixer()) {
      case Sublayer.Attention _ -> sublayer.before().isPresent();
      case Sublayer.GatedUnit _ ->
          sublayer.before().isPresent() && sublayer.out().inputs() % FewRowsProduct.GRAIN == 0;
    };
  }

  private static boolean takes(Projection projection, boolean copies) {
    return switch (projection) {
      case Linear linear when linear.weight().dtype() == DType.BFLOAT16 ->
          Bfloat16Loop.takes(1, linear.weight());
      case Linear linear when copies -> PanelProduct.takes(linear.weight());
      case Linear linear -> Float32Loop.takes(linear.weight());
      case AdaptedLinear adapted -> adapted.isKeptMerged() && takes(adapted.merged(), copies);
      case Int8Linear _ -> false;
    };
  }

  private static FewRowsProduct product(Projection projection, boolean copies) {
    Linear linear =
        projection instanceof AdaptedLinear adapted ? adapted.merged() : (Linear) projection;
    Optional<Tensor> bias = linear.bias().map(each -> each.to(DType.FLOAT32));
    if (linear.weight().dtype() == DType.BFLOAT16) {
      return new Bfloat16Loop(linear.weight(), bias);
    }
    return copies
        ? new PanelProduct(linear.weight(), bias)
        : new Float32Loop(linear.weight(), bias);
  }

  private static RowNorm norm(RmsNorm norm) {
    return RowNorm.of(norm.factors(), norm.epsilon());
  }

  private static Block block(TransformerWeights.Block block, boolean copies) {
    return new Block(
        block.spec(),
        block.before().map(DecodingStep::norm),
        product(block.in(), copies),
        block.queryNorm().map(DecodingStep::norm),
        block.keyNorm().map(DecodingStep::norm),
        product(block.out(), copies),
        block.after().map(DecodingStep::norm));
  }

  /** Returns the largest number of rows for which this class is the fastest method. */
  int mostRows() {
    return head.mostRows();
  }

  /** Allocates memory for steps of up to {@link #mostRows} rows; it belongs to the open scope. */
  DecodingWorkspace workspace() {
    int rows = mostRows();
    int d = config.headDim();
    int packed =
        Stream.concat(
                layers.stream().flatMap(List::stream).flatMap(Block::products), Stream.of(head))
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
   * The input of a step.
   *
   * @param ids the token of each row
   * @param cache the cache of the sequences
   * @param runs the sequence of each row, including its new token
   * @param positions position of each row's token for the rotary embedding
   * @param angles of all positions, by rotary embedding
   */
  record Asked(
      long[] ids,
      KvCache cache,
      List<RaggedAttention.Run> runs,
      int[] positions,
      Map<ModelConfig.Rope, RotaryLoop.Table> angles) {
    int rows() {
      return ids.length;
    }

    RotaryLoop.Table angles(ModelConfig.Rope rope) {
      return Objects.requireNonNull(angles.get(rope));
    }
  }

  /** Reserves a slot for a new token in each sequence. */
  Asked asked(long[] ids, KvCache cache, List<KvCache.Sequence> sequences) {
    List<RaggedAttention.Run> runs = new ArrayList<>(ids.length);
    int[] positions = new int[ids.length];
    int end = 0;
    for (int row = 0; row < ids.length; row++) {
      KvCache.Sequence sequence = sequences.get(row);
      int before = sequence.length();
      positions[row] = sequence.position();
      cache.grow(sequence, 1);
      runs.add(new RaggedAttention.Run(sequence.pages(), row, before, 1));
      end = Math.max(end, positions[row] + 1);
    }
    return new Asked(ids, cache, runs, positions, rotary.tables(end));
  }

  /**
   * Computes a step; its logits are the first rows of the shared workspace's logits.
   *
   * @param shared memory that all threads of the team use
   * @param own memory of this thread; the same as {@code shared} if there is only one thread
   */
  void run(Asked asked, ThreadTeam team, DecodingWorkspace shared, DecodingWorkspace own) {
    int rows = asked.rows();
    team.forEach( // x: [n, hidden]
        rows,
        (from, to) ->
            EmbeddingLoop.copy(embedding, asked.ids, from, to, shared.x(), embeddingScale));
    for (int l = 0; l < layers.size(); l++) {
      for (Block block : layers.get(l)) {
        run(l, block, asked, team, shared, own);
      }
    }
    norm.apply(shared.x(), rows, own.normed());
    multiply(head, own.normed(), rows, team, own, shared.scores(), /* adds= */ false); // [n, vocab]
  }

  private void run(
      int layer,
      Block block,
      Asked asked,
      ThreadTeam team,
      DecodingWorkspace shared,
      DecodingWorkspace own) {
    int rows = asked.rows();
    block.before.orElseThrow().apply(shared.x(), rows, own.normed());
    HostRows mixed =
        switch (block.spec.mixer()) {
          case Sublayer.Attention how -> {
            multiply(block.in, own.normed(), rows, team, own, shared.qkv(), /* adds= */ false);
            attend(layer, block, how, asked, team, shared);
            yield shared.attended(); // [n, heads·d]
          }
          case Sublayer.GatedUnit(Activation activation) -> {
            gate(block.in, activation, rows, team, shared, own);
            yield shared.gated(); // [n, units]
          }
        };
    if (block.after.isEmpty()) {
      multiply(block.out, mixed, rows, team, own, shared.x(), /* adds= */ true);
      return;
    }
    multiply(block.out, mixed, rows, team, own, shared.projected(), /* adds= */ false);
    RowNorm after = block.after.get();
    team.forEach(rows, (from, to) -> after.addTo(shared.projected(), from, to, shared.x()));
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

  /** Computes attention of each row's query heads to its sequence, grouped by key head. */
  private void attend(
      int number,
      Block block,
      Sublayer.Attention how,
      Asked asked,
      ThreadTeam team,
      DecodingWorkspace shared) {
    int d = config.headDim();
    HostRows keys = shared.qkv().behind(4L * config.heads() * d);
    HostRows values = shared.qkv().behind(4L * (config.heads() + config.kvHeads()) * d);
    RaggedAttention attention =
        RaggedAttention.of(
            shared.qkv(),
            config.heads(),
            d,
            asked.cache.keys(number),
            asked.cache.values(number),
            asked.runs,
            shared.attended(),
            PackedPages.scoring(how));
    Optional<RotaryLoop.Table> angles = how.rope().map(rope -> asked.angles(rope));
    team.forEach(
        asked.rows() * config.kvHeads(),
        (from, to) -> {
          prepare(block, angles, asked, from, to, shared.qkv());
          attention.step(keys, values, from, to);
        });
  }

  /** Normalises and rotates, for some rows, a key head and the query heads that share it. */
  private void prepare(
      Block block, Optional<RotaryLoop.Table> table, Asked asked, int from, int to, HostRows qkv) {
    if (table.isEmpty() && block.queryNorm.isEmpty()) {
      return;
    }
    int group = config.heads() / config.kvHeads();
    RotaryLoop.Angles angles = new RotaryLoop.Angles(config.headDim());
    for (int item = from; item < to; item++) {
      int row = item / config.kvHeads();
      int kvHead = item % config.kvHeads();
      if (table.isPresent()) {
        angles.take(table.get(), asked.positions[row]);
      }
      for (int h = 0; h <= group; h++) {
        int head = h < group ? kvHead * group + h : config.heads() + kvHead;
        Optional<RowNorm> headNorm = h < group ? block.queryNorm : block.keyNorm;
        headNorm.ifPresent(norm -> norm.applyInPlace(qkv, row, head));
        if (table.isPresent()) {
          angles.rotate(qkv, row, head);
        }
      }
    }
  }

  /**
   * Computes the gate and up projections of some units and their gated product, all in the same
   * thread.
   */
  private static void gate(
      FewRowsProduct gateUp,
      Activation activation,
      int rows,
      ThreadTeam team,
      DecodingWorkspace shared,
      DecodingWorkspace own) {
    int units = gateUp.outputs() / 2;
    int grain = FewRowsProduct.GRAIN;
    gateUp.pack(own.normed(), rows, own.packed());
    team.forEach(
        units / grain,
        (from, to) -> {
          int first = from * grain;
          int end = to * grain;
          gateUp.multiply(own.packed(), rows, first, end, shared.gateUp(), /* adds= */ false);
          gateUp.multiply(own.packed(), rows, units + first, units + end, shared.gateUp(), false);
          GatedLoop.forward(shared.gateUp(), rows, units, first, end, shared.gated(), activation);
        });
  }
}
