package io.braid.objective.loss;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.model.PartitionHead;

/** Where log Z(x) of FlowRL's loss comes from, as a recipe states it. */
public sealed interface LogZ
    permits LogZ.Learned, LogZ.BatchMean, LogZ.GroupMean, LogZ.Constant, Disa {
  /**
   * Creates the log-partition function.
   *
   * @param loss the settings of the loss that it belongs to
   * @param hiddenSize width of the policy's hidden states
   * @param seed of the parameters' initialisation
   */
  LogPartition create(Flowrl loss, int hiddenSize, long seed);

  /**
   * A small network on the prompt's hidden states, trained with the policy (FlowRL, section 3).
   *
   * @param dropout fraction of the network's hidden units dropped in training
   * @param learningRate learning rate of the network
   */
  record Learned(
      @Doc("Fraction of the network's hidden units dropped in training.") @Default("0.1")
          double dropout,
      @Doc("Learning rate of the network; it has more to learn than the policy.") @Default("1e-4")
          double learningRate)
      implements LogZ {
    /** Checks the settings. */
    public Learned {
      if (!(dropout >= 0 && dropout < 1)) {
        throw new SettingError("dropout", "must be at least 0 and below 1, got " + dropout);
      }
      Check.above("learning_rate", learningRate, 0);
    }

    @Override
    public LogPartition create(Flowrl loss, int hiddenSize, long seed) {
      return new LearnedPartition(
          this, loss.variant(), new PartitionHead(hiddenSize, dropout, seed));
    }
  }

  /** The constant that makes the mean residual of an optimizer step zero under π_old. */
  record BatchMean() implements LogZ {
    @Override
    public LogPartition create(Flowrl loss, int hiddenSize, long seed) {
      return new MeanResidual(/* byGroup= */ false);
    }
  }

  /** The constant that makes the mean residual of each prompt's responses zero under π_old. */
  record GroupMean() implements LogZ {
    @Override
    public LogPartition create(Flowrl loss, int hiddenSize, long seed) {
      return new MeanResidual(/* byGroup= */ true);
    }
  }

  /**
   * The same number for all prompts.
   *
   * @param value log Z, per token as in the residual
   */
  record Constant(
      @Doc("log Z per token, as in the residual; 0 leaves it out.") @Default("0.0") double value)
      implements LogZ {
    /** Checks the number. */
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
