package io.braid.objective.loss;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.model.PartitionHead;

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
   * @param learningRate learning rate of the network
   */
  record Learned(
      @Doc("Fraction of the network's hidden units dropped in training.") @Default("0.1")
          double dropout,
      @Doc(
              "Learning rate of the network; it starts untrained, so it needs a higher rate than"
                  + " the policy.")
          @Default("1e-4")
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
