package io.braid.model;

import io.braid.kernel.Bfloat16Loop;
import io.braid.kernel.EmbeddingLoop;
import io.braid.kernel.FewRowsProduct;
import io.braid.kernel.Float32Loop;
import io.braid.kernel.GatedLoop;
import io.braid.kernel.PanelProduct;
import io.braid.kernel.RaggedAttention;
import io.braid.kernel.RotaryLoop;
import io.braid.kernel.RowNorm;
import io.braid.kernel.StepRoom;
import io.braid.nn.Int8Linear;
import io.braid.nn.Linear;
import io.braid.nn.Projection;
import io.braid.nn.RmsNorm;
import io.braid.tensor.DType;
import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Team;
import io.braid.tensor.Tensor;
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
            && OpenMp.gathers() // else the loops of a layer share their work by themselves
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
  StepRoom room() {
    int rows = mostRows();
    int d = config.headDim();
    int dealt =
        Stream.concat(layers.stream().flatMap(Layer::products), Stream.of(head))
            .mapToInt(product -> product.dealtNumbers(rows))
            .max()
            .orElseThrow();
    return StepRoom.of(
        rows,
        config.hiddenSize(),
        (config.heads() + 2 * config.kvHeads()) * d,
        config.heads() * d,
        config.intermediateSize(),
        config.vocabSize(),
        dealt);
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

  /** Makes room for a token behind each of some sequences. */
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
   * Computes a step; its scores stand in the first rows of the shared room's logits.
   *
   * @param room what the threads of a team share
   * @param own what this thread has for itself; the same where it is alone
   */
  void run(Asked asked, Team team, StepRoom room, StepRoom own) {
    int rows = asked.rows();
    team.forEach( // x: [n, hidden]
        rows, (from, to) -> EmbeddingLoop.copy(embedding, asked.ids, from, to, room.x()));
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      layer.inputNorm.apply(room.x(), rows, own.normed());
      multiply(layer.qkv, own.normed(), rows, team, own, room.qkv(), /* adds= */ false);
      attend(l, asked, team, room); // seen: [n, heads·d]
      multiply(layer.output, room.seen(), rows, team, own, room.x(), /* adds= */ true);
      layer.mlpNorm.apply(room.x(), rows, own.normed());
      gate(layer.gateUp, rows, team, room, own); // gated: [n, intermediate]
      multiply(layer.down, room.gated(), rows, team, own, room.x(), /* adds= */ true);
    }
    norm.apply(room.x(), rows, own.normed());
    multiply(head, own.normed(), rows, team, own, room.scores(), /* adds= */ false); // [n, vocab]
  }

  private static void multiply(
      FewRowsProduct product,
      HostRows x,
      int rows,
      Team team,
      StepRoom own,
      HostRows out,
      boolean adds) {
    product.deal(x, rows, own.dealt());
    int grain = FewRowsProduct.GRAIN;
    team.forEach(
        Math.ceilDiv(product.outputs(), grain),
        (from, to) ->
            product.multiply(
                own.dealt(),
                rows,
                from * grain,
                Math.min(product.outputs(), to * grain),
                out,
                adds));
  }

  /** Each row's queries, by key heads, to its sequence. */
  private void attend(int number, Asked asked, Team team, StepRoom room) {
    int d = config.headDim();
    HostRows keys = room.qkv().behind(4L * config.heads() * d);
    HostRows values = room.qkv().behind(4L * (config.heads() + config.kvHeads()) * d);
    RaggedAttention attention =
        RaggedAttention.of(
            room.qkv(),
            config.heads(),
            d,
            asked.cache.keys(number),
            asked.cache.values(number),
            asked.runs,
            room.seen());
    team.forEach(
        asked.rows() * config.kvHeads(),
        (from, to) -> {
          turn(layers.get(number), asked, from, to, room.qkv());
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
        angles.turn(qkv, row, head);
      }
    }
  }

  /** Gates and ups of some units, and what they give, by the thread that computed them. */
  private void gate(FewRowsProduct gateUp, int rows, Team team, StepRoom room, StepRoom own) {
    int units = config.intermediateSize();
    int grain = FewRowsProduct.GRAIN;
    gateUp.deal(own.normed(), rows, own.dealt());
    team.forEach(
        units / grain,
        (from, to) -> {
          int first = from * grain;
          int end = to * grain;
          gateUp.multiply(own.dealt(), rows, first, end, room.gateUp(), /* adds= */ false);
          gateUp.multiply(own.dealt(), rows, units + first, units + end, room.gateUp(), false);
          GatedLoop.forward(room.gateUp(), rows, units, first, end, room.gated());
        });
  }
}
