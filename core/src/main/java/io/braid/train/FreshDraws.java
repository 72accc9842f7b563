package io.braid.train;

import io.braid.model.RolloutWeights;
import io.braid.model.Transformer;
import io.braid.rollout.Rollout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Samples each step's responses with the newest weights. */
final class FreshDraws implements Draws {
  private final Sampler sampler;
  private final Optional<RolloutPolicy> copy;
  private long end; // of what has been learned from
  private long drawn;

  /**
   * Draws for a run.
   *
   * @param policy whose weights are copied, where they are sampled with in another format
   */
  FreshDraws(Sampler sampler, Transformer policy) {
    this.sampler = sampler;
    this.copy =
        sampler.settings().weights() == RolloutWeights.AS_TRAINED
            ? Optional.empty()
            : Optional.of(new RolloutPolicy(sampler, policy));
  }

  @Override
  public Draw next(int step) {
    copy.ifPresent(RolloutPolicy::publish);
    Rollout source = copy.map(RolloutPolicy::rollout).orElse(sampler.rollout());
    Draw draw = sampler.draw(step, end, source);
    drawn = draw.end();
    return draw;
  }

  @Override
  public void learned() {
    end = drawn;
  }

  @Override
  public OptionalDouble publishSeconds() {
    return copy.stream().mapToDouble(RolloutPolicy::publishSeconds).findAny();
  }

  @Override
  public void save(Path checkpoint, Map<String, String> state) {
    state.put(END, Long.toString(end));
  }

  @Override
  public void restore(Path checkpoint, Map<String, String> state) {
    end = Long.parseLong(state.getOrDefault(END, "0"));
  }

  @Override
  public void close() {
    copy.ifPresent(RolloutPolicy::close);
  }
}
