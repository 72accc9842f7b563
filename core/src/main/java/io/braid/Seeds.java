package io.braid;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;

/**
 * Derives all seeds from the seed of a run, so that no two parts of a run use the same random
 * numbers, and no part depends on how many numbers another part has used.
 */
public final class Seeds {
  private Seeds() {}

  /**
   * The purposes of derived seeds. The seed for index i of a stream is {@code seed · a + i · b} in
   * 64-bit arithmetic. Changing one of the constants changes every seeded run.
   */
  public enum Stream {
    /** The order of the problems in an epoch; index: epoch. */
    EPOCH_ORDER(0x9E3779B97F4A7C15L, 1),
    /** The order of the problems of a source in a mixture; index: source. */
    SOURCE_ORDER(1, 0x632BE59BD9B4E019L),
    /** The responses of a rollout; index: step. */
    ROLLOUT(1_000_003L, 1),
    /**
     * Further rollouts of a step whose first groups gave no gradient; index: number of the rollout.
     */
    FURTHER_ROLLOUT(1, 7_368_787L),
    /** The reference's responses that estimates of prompts are made from; index: 0. */
    PROPOSALS(15_485_863L, 1),
    /** Random numbers of the loss, such as dropout; index: optimizer step. */
    LOSS(7_368_787L, 1),
    /**
     * The flow field's random numbers in a step, split further by {@link #FLOW_PURPOSE}; index:
     * step.
     */
    FLOW_STEP(1_000_003L, 1),
    /**
     * What the flow field uses random numbers for within a step: noise for scoring, noise for
     * training, and an order; index: purpose.
     */
    FLOW_PURPOSE(4, 1),
    /** The permutation of a response's rewards; index: response. */
    FLOW_PERMUTATION(1_000_003L, 1),
    /** Noise for scoring latents; index: noise sample. */
    FLOW_NOISE(1, 1_000_003L),
    /** Times and noise of flow matching; index: layer, context and sample combined. */
    FLOW_MATCHING(1_000_003L, 1),
    /**
     * The order of a flow field's training data, which differs from the order of the validation
     * data.
     */
    FLOW_TRAINING_ORDER(1, 1),
    /** A permutation of latents, used as the baseline for measuring quality; index: response. */
    SHUFFLED_LATENTS(1, 1),
    /** The solution of a generated task that an SFT example shows; index: position in the run. */
    SFT_RESPONSE(31, 1),
    /** Dropout of the inputs of adapters; index: step, then micro-batch, then adapter. */
    ADAPTER_DROPOUT(86_028_121L, 122_949_823L),
    /** The responses of the evaluations during a run, all with the same numbers; index: 1. */
    EVALUATION(32_452_843L, 49_979_687L);

    private final long seedFactor;
    private final long indexFactor;

    Stream(long seedFactor, long indexFactor) {
      this.seedFactor = seedFactor;
      this.indexFactor = indexFactor;
    }
  }

  /**
   * Derives a seed.
   *
   * @param seed the run's seed, or a seed derived from it
   * @param index the stream's index, such as the step or the epoch
   */
  public static long derive(long seed, Stream stream, long index) {
    return seed * stream.seedFactor + index * stream.indexFactor;
  }

  /** Returns a hash of a string that is the same on every machine and in every version. */
  public static long hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Creates a generator for a key; its numbers do not depend on other keys. */
  public static Random keyed(long seed, String key) {
    return new Random(hash(seed + "/" + key));
  }
}
