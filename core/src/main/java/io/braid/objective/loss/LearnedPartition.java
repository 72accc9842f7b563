package io.braid.objective.loss;

import io.braid.model.PartitionHead;
import io.braid.nn.Parameter;
import io.braid.objective.loss.Flowrl.Variant;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A log Z from a partition head that is trained with the policy. */
final class LearnedPartition implements LogPartition {
  private final double learningRate;
  private final Variant variant;
  private final PartitionHead head;
  private Optional<RandomSource> noise = Optional.empty();

  /** Takes ownership of the head: {@link #close} closes it. */
  LearnedPartition(double learningRate, Variant variant, PartitionHead head) {
    this.learningRate = learningRate;
    this.variant = variant;
    this.head = head;
  }

  @Override
  public Tensor of(LossBatch batch) {
    return head.logZ(batch.promptStates().orElseThrow(), noise);
  }

  @Override
  public void beginStep(long seed) {
    noise.ifPresent(RandomSource::close);
    noise = Optional.of(new RandomSource(seed));
  }

  @Override
  public Optional<PromptPooling> promptStates() {
    boolean released = variant == Variant.RELEASED;
    return Optional.of(new PromptPooling(/* lastToken= */ !released, /* gradients= */ released));
  }

  @Override
  public List<Parameter> parameters() {
    return head.parameters();
  }

  @Override
  public OptionalDouble learningRate() {
    return OptionalDouble.of(learningRate);
  }

  @Override
  public void close() {
    noise.ifPresent(RandomSource::close);
    head.close();
  }
}
