package io.braid.train;

import java.nio.file.Path;
import java.util.Map;

/** Samples each step's responses with the newest weights. */
final class FreshDraws implements Draws {
  private final Sampler sampler;
  private long end;

  FreshDraws(Sampler sampler) {
    this.sampler = sampler;
  }

  @Override
  public Draw next(int step) {
    Draw draw = sampler.draw(step, end, sampler.rollout());
    end = draw.end();
    return draw;
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
  public void close() {}
}
