package io.braid.eval;

import io.braid.rollout.Group;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingProgress;
import io.braid.rollout.SamplingWatch;
import io.braid.task.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Samples responses from a local model. */
public final class RolloutResponder implements Responder {
  private static final int PROBLEMS_PER_BATCH = 64;

  private final Rollout rollout;
  private final Function<Problem, Prompt> ask;

  /**
   * Creates a responder; the rollout's model must stay open while the responder is used.
   *
   * @param ask builds a problem's prompt
   */
  public RolloutResponder(Rollout rollout, Function<Problem, Prompt> ask) {
    this.rollout = rollout;
    this.ask = ask;
  }

  /** Samples 64 problems at a time, so that an interruption loses at most these. */
  @Override
  public void respond(List<Problem> problems, long seed, Consumer<List<Answered>> done) {
    List<Prompt> prompts = problems.stream().map(ask).toList();
    SamplingWatch watch = rollout.watch(prompts.size());
    int from = 0;
    while (from < prompts.size()) {
      List<Prompt> next =
          prompts.subList(from, Math.min(prompts.size(), from + PROBLEMS_PER_BATCH));
      Group[] groups = new Group[next.size()];
      rollout.sample(next, seed, watch, sampled -> groups[sampled.place()] = sampled.group());
      List<Answered> answered = new ArrayList<>(groups.length);
      for (Group group : groups) {
        answered.add(new Answered(from++, replies(group)));
      }
      done.accept(answered);
    }
  }

  @Override
  public Responder reporting(Consumer<SamplingProgress> to) {
    return new RolloutResponder(rollout.reporting(to), ask);
  }

  private static List<Reply> replies(Group group) {
    return group.responses().stream()
        .map(each -> new Reply(each.text(), each.length(), !each.truncated()))
        .toList();
  }
}
