package io.braid.train;

import io.braid.Check;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.flow.FlowField;
import io.braid.flow.FlowReward;
import io.braid.flow.Latents;
import io.braid.flow.VelocityDeviation;
import io.braid.model.ChosenTokens;
import io.braid.model.Transformer;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Sequence;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Computes log-probabilities, entropies and flow scores for the tokens in responses, without
 * training.
 */
public final class LatentScores {
  /** Number of responses that are scored together before the results are passed on. */
  private static final int AT_ONCE = 64;

  private final Transformer policy;
  private final FlowField field;
  private final Settings settings;

  /**
   * Settings for scoring tokens.
   *
   * @param deviation computes velocity deviations
   * @param reward converts scores to rewards
   * @param temperature divisor of the policy's logits
   * @param microBatchTokens maximum number of tokens in a micro-batch
   * @param seed seed of the noise
   */
  public record Settings(
      VelocityDeviation deviation,
      FlowReward reward,
      double temperature,
      int microBatchTokens,
      long seed) {
    /** Checks the settings. */
    public Settings {
      if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
        throw new SettingError("temperature", "must be above 0 to score, got " + temperature);
      }
      Check.atLeast("micro_batch_tokens", microBatchTokens, 1);
    }
  }

  /**
   * The results of one response, by token.
   *
   * @param logProbs log-probability of each token, in nats
   * @param entropies entropy of the distribution from which each token was sampled, in nats
   * @param scored whether a context of the field can score each token; if not, its deviation and
   *     score are 0
   * @param scores deviations of each token, weighted by time and averaged over layers and times
   * @param rewards flow reward of each token
   * @param deviations deviations of each token, by layer and time
   */
  public record OfResponse(
      float[] logProbs,
      float[] entropies,
      boolean[] scored,
      double[] scores,
      double[] rewards,
      float[][][] deviations) {
    /** Returns the number of tokens. */
    public int length() {
      return scores.length;
    }
  }

  /** Creates a scorer; the caller closes the models. */
  public LatentScores(Transformer policy, FlowField field, Settings settings) {
    this.policy = policy;
    this.field = field;
    this.settings = settings;
  }

  /**
   * Scores responses in groups.
   *
   * @param each receives the results of each response, in order
   * @throws UserError if a result is not finite
   */
  public void of(List<Sequence> sequences, Consumer<OfResponse> each) {
    int longest = sequences.stream().mapToInt(s -> s.response().length).max().orElse(1);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor noise = settings.deviation().noise(field, longest, settings.seed());
      for (int from = 0; from < sequences.size(); from += AT_ONCE) {
        List<Sequence> some = sequences.subList(from, Math.min(sequences.size(), from + AT_ONCE));
        Arrays.stream(measured(some, noise)).forEach(each);
      }
    }
  }

  private OfResponse[] measured(List<Sequence> sequences, Tensor noise) {
    OfResponse[] all = new OfResponse[sequences.size()];
    List<Integer> places = IntStream.range(0, all.length).boxed().toList();
    for (List<Integer> part :
        MicroBatches.split(places, sequences::get, settings.microBatchTokens())) {
      List<Sequence> together = part.stream().map(sequences::get).toList();
      try (Scope scope = Scope.open()) {
        Packed packed = packed(together, noise);
        int at = 0;
        for (int place : part) {
          int length = sequences.get(place).response().length;
          all[place] = packed.cut(at, at + length, settings.reward());
          at += length;
        }
      }
    }
    return all;
  }

  private Packed packed(List<Sequence> together, Tensor noise) {
    PackedBatch batch = PackedBatch.of(together);
    Latents latents = field.latents(batch.sequences());
    Tensor hidden = policy.hidden(batch.input(), batch.attention(), latents); // [N, width]
    ChosenTokens seen = batch.chosen(policy, hidden, settings.temperature(), true);
    List<List<Tensor>> deviations = settings.deviation().deviations(field, latents, noise);
    boolean[] scored = new boolean[latents.tokens()];
    for (int i = 0; i < scored.length; i++) {
      scored[i] = latents.scored(i);
    }
    return new Packed(
        seen.logProbs().toFloats(),
        seen.entropies().orElseThrow().toFloats(),
        scored,
        finite(settings.deviation().scores(deviations).toFloats()),
        deviations.stream()
            .map(layer -> layer.stream().map(Tensor::toFloats).toArray(float[][]::new))
            .toArray(float[][][]::new));
  }

  private static float[] finite(float[] scores) {
    for (float score : scores) {
      if (!Float.isFinite(score)) {
        throw new UserError(
            "a token's deviation is not finite; the field or the model is damaged, use another"
                + " checkpoint");
      }
    }
    return scores;
  }

  /**
   * The results of the n response tokens of a packed batch; deviations by layer, time and token.
   */
  private record Packed(
      float[] logProbs,
      float[] entropies,
      boolean[] scored,
      float[] scores,
      float[][][] deviations) {
    OfResponse cut(int from, int to, FlowReward reward) {
      double[] own = IntStream.range(from, to).mapToDouble(i -> scores[i]).toArray();
      boolean[] judged = Arrays.copyOfRange(scored, from, to);
      return new OfResponse(
          Arrays.copyOfRange(logProbs, from, to),
          Arrays.copyOfRange(entropies, from, to),
          judged,
          own,
          reward.of(own, judged),
          IntStream.range(from, to).mapToObj(this::ofToken).toArray(float[][][]::new));
    }

    private float[][] ofToken(int i) {
      float[][] ofToken = new float[deviations.length][];
      for (int l = 0; l < ofToken.length; l++) {
        ofToken[l] = new float[deviations[l].length];
        for (int t = 0; t < ofToken[l].length; t++) {
          ofToken[l][t] = deviations[l][t][i];
        }
      }
      return ofToken;
    }
  }
}
