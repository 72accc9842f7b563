package io.braid.run.train;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.Inline;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.input.DataRecipe;
import io.braid.input.FieldsRecipe;
import io.braid.input.PromptRecipe;
import io.braid.input.SourceRecipe;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reinforcement learning, as a recipe states it.
 *
 * @param model the model directory to begin from
 * @param reference π_ref; the beginning when absent
 * @param data the problems
 * @param fields which keys of a data file hold what
 * @param where which records of a data file are taken
 * @param split which split of a data set
 * @param mixture instead of data: several sources, each with its share
 * @param prompts how questions become prompts
 * @param steps rollouts
 * @param promptsPerStep problems a rollout
 * @param miniBatches optimizer steps each time a rollout is gone through
 * @param epochs how often a rollout is gone through
 * @param compute how the passes are computed
 * @param seed of everything that is random
 * @param rollout how responses are sampled
 * @param curriculum how the problems of a step are chosen
 * @param staleness steps by which rollouts run ahead of training
 * @param rolloutCorrection weights for responses that another policy sampled
 * @param verifier how responses are judged
 * @param unreadable what becomes of problems whose reference the verifier cannot read
 * @param rewards what changes the verifier's rewards
 * @param advantage how rewards become advantages
 * @param loss what is descended
 * @param flow rewards of tokens by a flow field
 * @param critic what learns beside the policy, when the advantage uses one
 * @param optimizer how the weights move
 * @param stopAfterIdleSteps so many steps in a row that taught nothing end the run; 0 never
 * @param saving what is written meanwhile
 */
public record TrainRecipe(
    @Doc("A Hugging Face model directory.") Path model,
    @Doc(
            "The frozen model that a kl term or trajectory balance compares with; else where"
                + " training begins.")
        Optional<Path> reference,
    @Doc("A data file or directory, or a generated task such as countdown:numbers=3.")
        Optional<String> data,
    FieldsRecipe fields,
    @Doc("Which records of a file are taken, such as {difficulty: '>=3'}.") @Default("{}")
        Map<String, Condition> where,
    @Doc("The split of a data set that has several: train, test.") Optional<String> split,
    @Doc("Instead of data: several sources, each with its share of every stretch of steps.")
        @Default("[]")
        List<SourceRecipe> mixture,
    @Inline PromptRecipe prompts,
    int steps,
    @Doc("Problems a step.") @Default("32") int promptsPerStep,
    @Doc("Optimizer steps each time a rollout is gone through.") @Default("1") int miniBatches,
    @Doc("How often a rollout is gone through.") @Default("1") int epochs,
    @Inline BackwardRecipe compute,
    @Default("0") long seed,
    RolloutRecipe rollout,
    @Doc("How the problems of a step are chosen.") @Default("fixed-order")
        CurriculumSettings curriculum,
    @Doc("0, or 1 to sample a step's responses while the step before trains.") @Default("0")
        int staleness,
    @Doc("Weights for responses that another policy sampled than the one that trains.")
        Optional<RolloutCorrection> rolloutCorrection,
    @Doc("How responses are judged.") @Default("rule") VerifierSettings verifier,
    @Doc(
            "Problems whose reference the verifier cannot read: drop leaves them out and names"
                + " them, refuse does not begin.")
        @Default("drop")
        OnUnreadable unreadable,
    RewardSettings rewards,
    @Default("grpo") AdvantageEstimator advantage,
    @Default("ppo-clip") LossSettings loss,
    @Doc("Rewards of single tokens by a flow field over the latents (RLFR).")
        Optional<FlowRecipe> flow,
    CriticRecipe critic,
    OptimizerSettings optimizer,
    @Doc(
            "Ends the run after so many steps in a row whose rewards taught nothing; 0 goes on"
                + " whatever they teach.")
        @Default("50")
        int stopAfterIdleSteps,
    SavingRecipe saving) {
  /** Checks the settings, and that they go together. */
  public TrainRecipe {
    checkOne(data, fields, where, split, mixture);
    advantage.checkGroups(rollout.samples());
    if (rolloutCorrection.map(c -> c.level() == RolloutCorrection.Level.TOKEN).orElse(false)
        && !loss.takesTokenCorrection()) {
      throw new SettingError(
          "rollout_correction.level",
          "token does not go with this loss, whose residual belongs to a whole"
              + " response; use sequence");
    }
    if (rollout.weights() != RolloutWeights.AS_TRAINED && rolloutCorrection.isEmpty()) {
      throw new SettingError(
          "rollout.weights",
          "responses sampled with other weights than those that train need weights of their own;"
              + " add 'rollout_correction: {type: truncated-importance-sampling}', or set"
              + " rollout.weights=as-trained");
    }
    if (rollout.variant() == RolloutRecipe.Variant.RELEASED && rolloutCorrection.isPresent()) {
      throw new SettingError(
          "rollout.variant",
          "released writes end tokens that no rollout drew, so a correction does not know their"
              + " weights; leave rollout_correction out, or set rollout.variant=paper");
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
            "chooses problems by the column %s, which this loss does not fill; set 'loss: flowrl', or another curriculum"
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
    critic.settings(steps, compute.microBatchTokens(), optimizer);
    flow.ifPresent(each -> each.settings(steps, seed, optimizer));
    Check.atLeast("stop_after_idle_steps", stopAfterIdleSteps, 0);
  }

  /** Checks that the target of a response is its own reward, whatever the policy is. */
  private static void checkRawRewards(
      String key,
      RolloutRecipe rollout,
      RewardSettings rewards,
      AdvantageEstimator advantage,
      boolean flow) {
    if (!advantage.leavesRewards()) {
      throw new SettingError(
          "advantage",
          "the %s needs rewards as they are, and this advantage compares them with others; set advantage=reinforce"
              .formatted(key));
    }
    if (rewards.signalCount() > 0 || flow) {
      throw new SettingError(
          flow ? "flow" : "rewards",
          "token rewards that change with the policy do not go with this %s, which needs rewards that stay; leave them out"
              .formatted(key));
    }
    if (rollout.variant() == RolloutRecipe.Variant.RELEASED) {
      throw new SettingError(
          "rollout.variant",
          "released writes end tokens that no model drew, so it does not go with this %s; set rollout.variant=paper"
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
          "stands beside data, fields, where or split; give these to its sources, or set"
              + " mixture=[]");
    }
  }

  /** The sources of problems; one where there is no mixture. */
  public List<SourceRecipe> sources() {
    return data.map(name ->
            List.of(
                new SourceRecipe(new DataRecipe(name, fields, where, split), 1, Optional.empty())))
        .orElse(mixture);
  }

  Sampler.Settings samplerSettings() {
    return new Sampler.Settings(promptsPerStep, curriculum, staleness, rollout.weights(), seed);
  }

  /**
   * The same, with what is written over the last token of a response at the limit.
   *
   * @param end the model's end token
   * @throws UserError when one is to be written, and the model has none
   */
  Sampler.Settings samplerSettings(Optional<Long> end) {
    if (rollout.variant() == RolloutRecipe.Variant.PAPER) {
      return samplerSettings();
    }
    long written =
        end.orElseThrow(() ->
            new SettingError(
                "rollout.variant",
                "released writes the end token over the last token of a response"
                    + " at the limit, but the model names no end token; add eos_token_id to"
                    + " generation_config.json, or set rollout.variant=paper"));
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
