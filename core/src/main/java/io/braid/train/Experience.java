package io.braid.train;

import io.braid.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A sampled response with all that learning from it needs: one number a token in each array.
 *
 * @param sequence its tokens
 * @param place its number among the step's
 * @param group which of the step's prompts it answers
 * @param rolloutLogProbs log π_roll of the tokens that were drawn: all, but for an end token that
 *     was written over the last one
 * @param measured what was known before
 * @param advantages how much better than expected
 * @param returns what a critic should have expected
 * @param correction weights for where it was sampled
 */
record Experience(
    Sequence sequence,
    int place,
    int group,
    float[] rolloutLogProbs,
    Measured measured,
    float[] advantages,
    Optional<float[]> returns,
    Optional<float[]> correction) {

  /** Whether any of its tokens should become likelier or less likely. */
  boolean hasAdvantage() {
    for (float advantage : advantages) {
      if (advantage != 0) {
        return true;
      }
    }
    return false;
  }

  /** With rewards of its tokens that came after the advantages: Â_t + Σ_{i≥t} r_i. */
  Experience rewarded(double[] rewards) {
    float[] sums = advantages.clone();
    double toGo = 0;
    for (int t = sums.length - 1; t >= 0; t--) {
      toGo += rewards[t];
      sums[t] = (float) (advantages[t] + toGo);
    }
    return new Experience(
        sequence, place, group, rolloutLogProbs, measured, sums, returns, correction);
  }

  static List<Sequence> sequences(List<Experience> experiences) {
    return experiences.stream().map(Experience::sequence).toList();
  }

  static long tokens(List<Experience> experiences) {
    return experiences.stream().mapToLong(each -> each.sequence().response().length).sum();
  }

  /**
   * Lays one of their arrays end to end.
   *
   * @return [n] FLOAT32, a constant
   */
  static Tensor pack(List<Experience> experiences, Function<Experience, float[]> numbers) {
    float[] packed = new float[Math.toIntExact(tokens(experiences))];
    int at = 0;
    for (Experience each : experiences) {
      float[] its = numbers.apply(each);
      System.arraycopy(its, 0, packed, at, its.length);
      at += its.length;
    }
    return Tensor.of(packed, packed.length);
  }

  /** The same of an array that all have or none has. */
  static Optional<Tensor> packAny(
      List<Experience> experiences, Function<Experience, Optional<float[]>> numbers) {
    boolean there = !experiences.isEmpty() && numbers.apply(experiences.getFirst()).isPresent();
    return there
        ? Optional.of(pack(experiences, each -> numbers.apply(each).orElseThrow()))
        : Optional.empty();
  }
}
