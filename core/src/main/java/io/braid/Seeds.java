package io.braid;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;

/**
 * Derives all seeds from the one seed of a run, so that no two parts of a run share their random
 * numbers, and none depends on how many numbers another has used.
 */
public final class Seeds {
  private Seeds() {}

  /**
   * What a derived seed is for. The seed of a stream's i-th use is {@code seed · a + i · b} in
   * 64-bit arithmetic. The constants are part of what a seed means: to change one changes every
   * seeded run.
   */
  public enum Stream {
    /** The order of the problems in an epoch; by epoch. */
    EPOCH_ORDER(0x9E3779B97F4A7C15L, 1),
    /** The order of the problems of one source of a mixture; by source. */
    SOURCE_ORDER(1, 0x632BE59BD9B4E019L),
    /** The responses of a rollout; by step. */
    ROLLOUT(1_000_003L, 1),
    /** Further rollouts of a step whose first groups taught nothing; by number of the rollout. */
    FURTHER_ROLLOUT(1, 7_368_787L),
    /** The loss's own random numbers, such as dropout; by optimizer step. */
    LOSS(7_368_787L, 1),
    /** A flow field's part in a step; by step. {@link #FLOW_PURPOSE} divides it. */
    FLOW_STEP(1_000_003L, 1),
    /** What a flow field needs within a step: noise to score, noise to learn, an order. */
    FLOW_PURPOSE(4, 1),
    /** The order in which the rewards of one response are permuted; by response. */
    FLOW_PERMUTATION(1_000_003L, 1),
    /** Noise to score latents with; by sample of noise. */
    FLOW_NOISE(1, 1_000_003L),
    /** Times and noise of flow matching; by layer, context and sample. */
    FLOW_MATCHING(1_000_003L, 1),
    /** The order of the training data of a flow field, apart from the validation data's. */
    FLOW_TRAINING_ORDER(1, 1),
    /** A permutation of latents that quality is measured against; by response. */
    SHUFFLED_LATENTS(1, 1),
    /** Which of a generated task's solutions an SFT example shows; by position in the run. */
    SFT_RESPONSE(31, 1);

    private final long seedFactor;
    private final long indexFactor;

    Stream(long seedFactor, long indexFactor) {
      this.seedFactor = seedFactor;
      this.indexFactor = indexFactor;
    }
  }

  /**
   * The seed of one use of a stream.
   *
   * @param seed the run's, or one that was derived from it
   * @param index which use: a step, an epoch, a sample, as the stream says
   */
  public static long derive(long seed, Stream stream, long index) {
    return seed * stream.seedFactor + index * stream.indexFactor;
  }

  /** A hash of a text that is the same on every machine and in every version. */
  public static long hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** A generator for one key, whose numbers do not depend on those of other keys. */
  public static Random keyed(long seed, String key) {
    return new Random(hash(seed + "/" + key));
  }
}
