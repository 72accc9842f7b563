package io.braid.objective.loss;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.model.PartitionHead;
import java.util.Optional;

/** The source of log Z(x) in FlowRL's loss, a recipe's {@code loss.log_z}. */
public sealed interface LogZ
    permits LogZ.Learned, LogZ.BatchMean, LogZ.GroupMean, LogZ.Constant, Disa {
  /**
   * Creates the log-partition function.
   *
   * @param loss settings of the loss that uses it
   * @param hiddenSize width of the policy's hidden states
   * @param seed seed of the parameters' initialisation
   */
  LogPartition create(Flowrl loss, int hiddenSize, long seed);

  /**
   * Computes log Z with a small network on the prompt's hidden states, which is trained with the
   * policy (FlowRL, section 3).
   *
   * @param dropout fraction of the network's hidden units dropped in training
   * @param learningRate learning rate of the network; if absent, it depends on the width of the
   *     policy ({@link #rate})
   */
  record Learned(
      @Doc("Fraction of the network's hidden units dropped in training.") @Default("0.1")
          double dropout,
      @Doc(
              "Learning rate of the network, which starts untrained; by default 2e-3 up to a width"
                  + " of 96, and 2e-3 (96/width)^2 for wider policies.")
          Optional<Double> learningRate)
      implements LogZ {
    /** The width up to which the default rate is {@link #RATE}. */
    private static final double WIDTH = 96;

    private static final double RATE = 2e-3;

    /** Creates settings with a given learning rate. */
    public Learned(double dropout, double learningRate) {
      this(dropout, Optional.of(learningRate));
    }

    /** Checks the settings. */
    public Learned {
      if (!(dropout >= 0 && dropout < 1)) {
        throw new SettingError("dropout", "must be at least 0 and below 1, got " + dropout);
      }
      learningRate.ifPresent(rate -> Check.above("learning_rate", rate, 0));
    }

    /**
     * Returns the learning rate for a policy of a given width. Adam moves each weight by about its
     * rate, so an update moves log Z by about the rate times width^1.5, and a rate that suits one
     * width overshoots at a larger one. With the square of the width, wide policies overshoot about
     * as little as one of width 96 (docs/algorithms.md has the measurements).
     *
     * @param width of the policy's hidden states
     */
    public double rate(int width) {
      double narrower = Math.min(1, WIDTH / width);
      return learningRate.orElse(RATE * narrower * narrower);
    }

    @Override
    public LogPartition create(Flowrl loss, int hiddenSize, long seed) {
      return new LearnedPartition(
          rate(hiddenSize), loss.variant(), new PartitionHead(hiddenSize, dropout, seed));
    }
  }

  /** Chooses the constant that makes the mean residual of an optimizer step zero under π_old. */
  record BatchMean() implements LogZ {
    @Override
    public LogPartition create(Flowrl loss, int hiddenSize, long seed) {
      return new MeanResidual(/* byGroup= */ false);
    }
  }

  /**
   * Chooses for each prompt the constant that makes the mean residual of its responses zero under
   * π_old.
   */
  record GroupMean() implements LogZ {
    @Override
    public LogPartition create(Flowrl loss, int hiddenSize, long seed) {
      return new MeanResidual(/* byGroup= */ true);
    }
  }

  /**
   * Uses the same number for all prompts.
   *
   * @param value log Z per token, as in the residual
   */
  record Constant(
      @Doc("log Z per token, as in the residual; 0 removes the term.") @Default("0.0") double value)
      implements LogZ {
    /** Checks that the number is finite. */
    public Constant {
      if (!Double.isFinite(value)) {
        throw new SettingError("value", "must be finite, got " + value);
      }
    }

    @Override
    public LogPartition create(Flowrl loss, int hiddenSize, long seed) {
      return batch -> batch.lengths().times(0).plus(value);
    }
  }
}
