package io.braid.sampling;

import java.util.stream.IntStream;

/** Takes problems in a shuffled order. A step's problems depend only on the step's index. */
public record FixedOrder() implements CurriculumSettings {
  @Override
  public Curriculum create(Order order, int problems, long seed) {
    return request -> {
      long from = (long) request.step() * request.prompts();
      int count = request.round() == 0 ? request.prompts() : 0;
      return IntStream.range(0, count).map(i -> order.at(from + i)).toArray();
    };
  }
}
