package io.braid.eval;

import io.braid.rollout.Group;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.task.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Samples replies of a model that is loaded here. */
public final class RolloutResponder implements Responder {
  private static final int AT_ONCE = 64;

  private final Rollout rollout;
  private final Function<Problem, Prompt> ask;

  /**
   * A responder; the rollout's model must stay open as long as it is asked.
   *
   * @param ask how a problem becomes a prompt
   */
  public RolloutResponder(Rollout rollout, Function<Problem, Prompt> ask) {
    this.rollout = rollout;
    this.ask = ask;
  }

  /** Some problems at a time, so that few are lost when it is broken off. */
  @Override
  public void respond(List<Problem> problems, long seed, Consumer<List<Answered>> done) {
    List<Prompt> prompts = problems.stream().map(ask).toList();
    int from = 0;
    while (from < prompts.size()) {
      List<Prompt> next = prompts.subList(from, Math.min(prompts.size(), from + AT_ONCE));
      List<Group> groups = rollout.sample(next, seed);
      List<Answered> answered = new ArrayList<>(groups.size());
      for (Group group : groups) {
        answered.add(new Answered(from++, replies(group)));
      }
      done.accept(answered);
    }
  }

  private static List<Reply> replies(Group group) {
    return group.responses().stream()
        .map(each -> new Reply(each.text(), each.length(), !each.truncated()))
        .toList();
  }
}
