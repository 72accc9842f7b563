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

/** Log-probabilities, entropies and flow scores of responses, token by token, without training. */
public final class LatentScores {
  /** How many responses are scored before their numbers are passed on. */
  private static final int AT_ONCE = 64;

  private final Transformer policy;
  private final FlowField field;
  private final Settings settings;

  /**
   * How tokens are scored.
   *
   * @param deviation how far a token's velocity is off
   * @param reward what a measured token earns
   * @param temperature what the policy's logits are divided by
   * @param microBatchTokens the most tokens computed at once
   * @param seed of the noise
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
   * One response's numbers, each a token.
   *
   * @param logProbs of the token, in nats
   * @param entropies of the policy where it drew the token, in nats
   * @param scored whether some context of the field can judge it; its deviation and score are else
   *     0
   * @param scores its deviations, weighed by their times, averaged over layers and times
   * @param rewards of the field
   * @param deviations of each token by layer and by time
   */
  public record OfResponse(
      float[] logProbs,
      float[] entropies,
      boolean[] scored,
      double[] scores,
      double[] rewards,
      float[][][] deviations) {
    /** Tokens. */
    public int length() {
      return scores.length;
    }
  }

  /** Scores with these models, which stay the caller's. */
  public LatentScores(Transformer policy, FlowField field, Settings settings) {
    this.policy = policy;
    this.field = field;
    this.settings = settings;
  }

  /**
   * Scores responses, a few at a time.
   *
   * @param each receives each response's numbers, in order
   * @throws UserError when a number is not finite
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
    Tensor hidden = policy.hidden(batch.ids(), batch.attention(), latents); // [N, width]
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
            "a token's deviation is not a finite number; the field or the model is damaged, take"
                + " another checkpoint");
      }
    }
    return scores;
  }

  /** Numbers of the n response tokens of a packed batch; deviations by layer, time and token. */
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
