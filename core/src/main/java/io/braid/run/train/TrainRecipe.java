package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.MayChangeOnResume;
import io.braid.MayChangeOnResume.Effect;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.input.DataRecipe;
import io.braid.input.FieldsRecipe;
import io.braid.input.PromptRecipe;
import io.braid.input.SourceRecipe;
import io.braid.model.LoraSettings;
import io.braid.model.RolloutWeights;
import io.braid.nn.OptimizerSettings;
import io.braid.objective.RewardSettings;
import io.braid.objective.advantage.AdvantageEstimator;
import io.braid.objective.loss.LossSettings;
import io.braid.objective.loss.RolloutCorrection;
import io.braid.sampling.CurriculumSettings;
import io.braid.sampling.Sampler;
import io.braid.task.Condition;
import io.braid.task.ProblemFields;
import io.braid.train.Critic;
import io.braid.train.PolicyTrainer;
import io.braid.trajectory.Column;
import io.braid.verify.VerifierSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A recipe for reinforcement learning.
 *
 * @param model the model directory to start from
 * @param reference the model directory of π_ref; by default the directory that training starts from
 * @param data the problems
 * @param fields keys of the question and the answer in a data file
 * @param where selects records of a data file
 * @param split the split of a data set
 * @param mixture several sources with their shares, instead of data
 * @param prompts how questions become prompts
 * @param steps number of steps, each with one rollout batch
 * @param promptsPerStep number of problems per step
 * @param miniBatches number of optimizer steps per pass over a rollout batch
 * @param epochs number of passes over each rollout batch
 * @param adapter low-rank adapters to train instead of the weights
 * @param compute settings of the forward and backward passes
 * @param seed seed of all random numbers
 * @param rollout how responses are sampled
 * @param curriculum how the problems of a step are chosen
 * @param staleness number of steps by which rollouts run ahead of training
 * @param rolloutCorrection importance weights for responses sampled from a different policy
 * @param verifier how responses are judged
 * @param truncatedAnswers which answers of a response that was cut off at the limit may count
 * @param unreadable what to do with problems whose reference the verifier cannot read
 * @param rewards terms that are added to the verifier's rewards
 * @param advantage how rewards become advantages
 * @param loss the loss that is minimised
 * @param flow token rewards from a flow field
 * @param critic the critic, if the advantage estimator uses one
 * @param optimizer the optimizer and the learning rate schedule
 * @param evaluation the evaluations on held-out problems during the run
 * @param stopAfterIdleSteps number of consecutive steps without a learning signal that ends the
 *     run; 0 for no limit
 * @param saving what the run writes, and how often
 */
public record TrainRecipe(
    @Doc("A Hugging Face model directory.") Path model,
    @Doc(
            "The frozen reference model of a KL term or of trajectory balance; by default the model"
                + " that training starts from.")
        Optional<Path> reference,
    @Doc("A data file or directory, or a generated task such as countdown:numbers=3.")
        Optional<String> data,
    FieldsRecipe fields,
    @Doc("Selects records of a file, such as {difficulty: '>=3'}.") @Default("{}")
        Map<String, Condition> where,
    @Doc("The split of a data set that has several, such as train or test.") Optional<String> split,
    @Doc("Several sources instead of data, each with its share of the problems.") @Default("[]")
        List<SourceRecipe> mixture,
    @Inline PromptRecipe prompts,
    @MayChangeOnResume(Effect.LENGTH) int steps,
    @Doc("Problems per step.") @Default("32") int promptsPerStep,
    @Doc("Optimizer steps per pass over a rollout batch.") @Default("1") int miniBatches,
    @Doc("Passes over each rollout batch.") @Default("1") int epochs,
    @Doc("Train low-rank adapters (LoRA) instead of all weights.") Optional<AdapterRecipe> adapter,
    @Inline BackwardRecipe compute,
    @Default("0") long seed,
    RolloutRecipe rollout,
    @Doc("How the problems of a step are chosen.") @Default("fixed-order")
        CurriculumSettings curriculum,
    @Doc("0, or 1 to sample a step's responses while the previous step trains.") @Default("0")
        int staleness,
    @Doc("Importance weights for responses that a policy other than the trained one sampled.")
        Optional<RolloutCorrection> rolloutCorrection,
    @Doc("How responses are judged.") @Default("rule") VerifierSettings verifier,
    @Doc(
            "What counts as the answer of a response that max_new_tokens cut off: announced, only"
                + " an answer in a box, in tags, after #### or after words such as \"the answer"
                + " is\"; anywhere, the same as in a complete response.")
        @Default("announced")
        TruncatedAnswers truncatedAnswers,
    @Doc(
            "What to do with problems whose reference the verifier cannot read: drop leaves them"
                + " out and lists them, refuse ends the run before its first step.")
        @Default("drop")
        OnUnreadable unreadable,
    RewardSettings rewards,
    @Default("grpo") AdvantageEstimator advantage,
    @Default("ppo-clip") LossSettings loss,
    @Doc("Token rewards from a flow field over the hidden states (RLFR).")
        Optional<FlowRecipe> flow,
    CriticRecipe critic,
    OptimizerSettings optimizer,
    @MayChangeOnResume @Doc("Evaluate on held-out problems during the run.")
        Optional<HeldOutRecipe> evaluation,
    @MayChangeOnResume
        @Doc(
            "Ends the run after this number of consecutive steps without a learning signal; 0 for"
                + " no limit.")
        @Default("50")
        int stopAfterIdleSteps,
    @MayChangeOnResume SavingRecipe saving)
    implements RunLength {
  /** Checks the settings, and that they are compatible. */
  public TrainRecipe {
    checkOne(data, fields, where, split, mixture);
    advantage.checkGroups(rollout.samples());
    if (rolloutCorrection.map(c -> c.level() == RolloutCorrection.Level.TOKEN).orElse(false)
        && !loss.takesTokenCorrection()) {
      throw new SettingError(
          "rollout_correction.level",
          "token is not compatible with this loss, whose residual belongs to a whole response; use"
              + " sequence");
    }
    if (rollout.weights() != RolloutWeights.AS_TRAINED && rolloutCorrection.isEmpty()) {
      throw new SettingError(
          "rollout.weights",
          "responses sampled with weights that differ from the trained ones need importance"
              + " weights; add 'rollout_correction: {type: truncated-importance-sampling}', or set"
              + " rollout.weights=as-trained");
    }
    if (rollout.variant() == RolloutRecipe.Variant.RELEASED && rolloutCorrection.isPresent()) {
      throw new SettingError(
          "rollout.variant",
          "released writes end tokens that were not sampled, so rollout_correction has no weights"
              + " for them; remove rollout_correction, or set rollout.variant=paper");
    }
    if (rewards
        .overlong()
        .map(soft -> soft.bufferTokens() > rollout.maxNewTokens())
        .orElse(false)) {
      throw new SettingError(
          "rewards.overlong.buffer_tokens",
          "is longer than rollout.max_new_tokens, %d".formatted(rollout.maxNewTokens()));
    }
    if (loss.needsRawRewards() || curriculum.needsRawRewards()) {
      checkRawRewards(
          loss.needsRawRewards() ? "loss" : "curriculum",
          rollout,
          rewards,
          advantage,
          flow.isPresent());
    }
    for (Column<double[]> column : curriculum.needs()) {
      if (!loss.fills().contains(column)) {
        throw new SettingError(
            "curriculum",
            "chooses problems by what this loss does not know (%s); set 'loss: flowrl' with 'log_z: learned' or 'log_z: disa', or use another curriculum"
                .formatted(column.name()));
      }
    }
    new Sampler.Settings(promptsPerStep, curriculum, staleness, rollout.weights(), seed);
    new PolicyTrainer.Settings(
            steps,
            miniBatches,
            epochs,
            compute.microBatchTokens(),
            rewards,
            rolloutCorrection,
            seed,
            optimizer)
        .checkPrompts(promptsPerStep);
    adapter.map(AdapterRecipe::lora).ifPresent(TrainRecipe::refuseDropout);
    critic.settings(steps, compute.microBatchTokens(), optimizer);
    flow.ifPresent(each -> each.settings(steps, seed, optimizer));
    Check.atLeast("stop_after_idle_steps", stopAfterIdleSteps, 0);
  }

  private static void refuseDropout(LoraSettings lora) {
    if (lora.dropout() > 0) {
      throw new SettingError(
          "adapter.dropout",
          "would train another policy than the one that samples; remove it, or use it in an sft"
              + " recipe");
    }
  }

  /** Checks that the target of a response is its own reward, independently of the policy. */
  private static void checkRawRewards(
      String key,
      RolloutRecipe rollout,
      RewardSettings rewards,
      AdvantageEstimator advantage,
      boolean flow) {
    if (!advantage.leavesRewards()) {
      throw new SettingError(
          "advantage",
          "the %s needs unchanged rewards, but this advantage compares responses; set advantage=reinforce"
              .formatted(key));
    }
    if (rewards.signalCount() > 0 || flow) {
      throw new SettingError(
          flow ? "flow" : "rewards",
          "token rewards that depend on the policy cannot be combined with this %s, which needs rewards that do not change; remove them"
              .formatted(key));
    }
    if (rollout.variant() == RolloutRecipe.Variant.RELEASED) {
      throw new SettingError(
          "rollout.variant",
          "released writes end tokens that no model sampled, so it cannot be combined with this %s; set rollout.variant=paper"
              .formatted(key));
    }
  }

  private static void checkOne(
      Optional<String> data,
      FieldsRecipe fields,
      Map<String, Condition> where,
      Optional<String> split,
      List<SourceRecipe> mixture) {
    if (data.isEmpty() && mixture.isEmpty()) {
      throw new SettingError("data", "missing; add 'data: FILE', or a mixture");
    }
    boolean beside =
        data.isPresent()
            || split.isPresent()
            || !where.isEmpty()
            || !fields.fields().equals(ProblemFields.AUTO);
    if (beside && !mixture.isEmpty()) {
      throw new SettingError(
          "mixture",
          "cannot be combined with data, fields, where or split; move these to its sources, or set"
              + " mixture=[]");
    }
  }

  /** Returns the sources of problems; without a mixture there is a single source. */
  public List<SourceRecipe> sources() {
    return data.map(name ->
            List.of(
                new SourceRecipe(new DataRecipe(name, fields, where, split), 1, Optional.empty())))
        .orElse(mixture);
  }

  @Override
  public List<String> schedules() {
    List<String> all = new ArrayList<>(RunLength.schedules("optimizer", optimizer));
    flow.flatMap(FlowRecipe::optimizer)
        .ifPresent(own -> all.addAll(RunLength.schedules("flow.optimizer", own)));
    if (staleness > 0) {
      all.add("staleness: the first added step samples with the newest weights");
    }
    return all;
  }

  Sampler.Settings samplerSettings() {
    return new Sampler.Settings(promptsPerStep, curriculum, staleness, rollout.weights(), seed);
  }

  /**
   * Returns the settings of the sampler, including the token that replaces the last token of a
   * response at the limit.
   *
   * @param end the model's end token
   * @throws UserError if an end token must be written, and the model has none
   */
  Sampler.Settings samplerSettings(Optional<Long> end) {
    if (rollout.variant() == RolloutRecipe.Variant.PAPER) {
      return samplerSettings();
    }
    long written =
        end.orElseThrow(() ->
            new SettingError(
                "rollout.variant",
                "released replaces the last token of a response at the limit by the end token, but"
                    + " the model defines none; add eos_token_id to generation_config.json, or set"
                    + " rollout.variant=paper"));
    return samplerSettings().withEndAtLimit(written);
  }

  PolicyTrainer.Settings trainerSettings() {
    return new PolicyTrainer.Settings(
        steps,
        miniBatches,
        epochs,
        compute.microBatchTokens(),
        rewards,
        rolloutCorrection,
        seed,
        optimizer);
  }

  Critic.Settings criticSettings() {
    return critic.settings(
        steps * trainerSettings().updates(), compute.microBatchTokens(), optimizer);
  }
}
