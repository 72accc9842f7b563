package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.braid.checkpoint.ModelDirectory;
import io.braid.model.Exactness;
import io.braid.model.InputTokens;
import io.braid.model.Transformer;
import io.braid.rollout.Group;
import io.braid.rollout.Prompt;
import io.braid.rollout.Response;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Sequence;
import io.braid.vision.ImageGrid;
import io.braid.vision.PatchSource;
import io.braid.vision.PlacedImage;
import io.braid.vision.PromptTokens;
import io.braid.vision.TowerImage;
import io.braid.vision.VisionConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A step with images: the same bits in rollout and training, and each image computed once. */
class VisionStepTest {
  private static final Path SHAPE =
      Path.of("src/test/resources/io/braid/checkpoint/vision/shape-0");

  /** Pixels that follow from a seed. */
  private record Noise(long seed, int count) implements PatchSource {
    @Override
    public float[] values() {
      Random random = new Random(seed);
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return values;
    }
  }

  private static Transformer load() {
    return ModelDirectory.open(SHAPE).load(Optional.of(DType.FLOAT32));
  }

  private static TowerImage image(VisionConfig vision, long seed, int rows, int columns) {
    ImageGrid grid = new ImageGrid(rows, columns, vision.merge());
    return new TowerImage(grid, new Noise(seed, grid.patches() * vision.patchValues()));
  }

  /** Two prompts with images, of which one has two, and one without. */
  private static List<Prompt> prompts(VisionConfig vision) {
    TowerImage wide = image(vision, 1, 4, 8);
    TowerImage small = image(vision, 2, 2, 2);
    return List.of(
        prompt("a", vision, List.of(wide)),
        prompt("b", vision, List.of(small, wide)),
        new Prompt("c", new long[] {7, 8, 9}));
  }

  private static Prompt prompt(String key, VisionConfig vision, List<TowerImage> images) {
    List<Long> ids = new ArrayList<>(List.of(7L, 8L));
    List<PlacedImage> placed = new ArrayList<>();
    for (TowerImage each : images) {
      ids.add((long) vision.startToken());
      placed.add(new PlacedImage(ids.size(), each));
      for (int t = 0; t < each.grid().tokens(); t++) {
        ids.add((long) vision.imageToken());
      }
      ids.add((long) vision.endToken());
    }
    ids.add(9L);
    long[] all = ids.stream().mapToLong(Long::longValue).toArray();
    return new Prompt(key, new PromptTokens(all, placed));
  }

  private static List<Group> sampled(Transformer model, List<Prompt> prompts) {
    return new Rollout(
            model, SamplingSettings.of(4, 1.0, 12, List.of()), ids -> "", /* cacheBytes= */ 1 << 24)
        .sample(prompts, 5);
  }

  private static List<Sequence> sequences(List<Group> groups) {
    return groups.stream()
        .flatMap(group ->
            group.responses().stream()
                .map(each -> new Sequence(group.prompt().tokens(), each.ids())))
        .toList();
  }

  /** Returns the log-probabilities of all response tokens as training computes them. */
  private static float[] trained(Transformer model, List<Sequence> sequences) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      PackedBatch batch = PackedBatch.of(sequences);
      Tensor hidden = model.hidden(batch.input(), batch.attention(), Transformer.LatentTap.NONE);
      return batch.chosen(model, hidden, /* temperature= */ 1, false).logProbs().toFloats();
    }
  }

  private static float[] rolledOut(List<Group> groups) {
    List<Float> all = new ArrayList<>();
    for (Group group : groups) {
      for (Response each : group.responses()) {
        for (float logProb : each.logProbs()) {
          all.add(logProb);
        }
      }
    }
    float[] values = new float[all.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = all.get(i);
    }
    return values;
  }

  @Test
  void rolloutsWithImagesMatchTrainingBitForBit() {
    try (Transformer model = load()) {
      model.attendExactly();
      assumeThat(Exactness.obstacle(model)).as("obstacle to exact rollouts").isEmpty();
      List<Group> groups = sampled(model, prompts(model.config().vision().orElseThrow()));
      assertThat(trained(model, sequences(groups))).isEqualTo(rolledOut(groups));
      model.freezeVision();
      groups = sampled(model, prompts(model.config().vision().orElseThrow()));
      assertThat(trained(model, sequences(groups))).isEqualTo(rolledOut(groups));
    }
  }

  /** An image changes what its prompt's responses are; the same tokens alone would not tell. */
  @Test
  void anotherImageIsAnotherPrompt() {
    try (Transformer model = load()) {
      VisionConfig vision = model.config().vision().orElseThrow();
      Prompt one = prompt("a", vision, List.of(image(vision, 1, 4, 8)));
      Prompt other = prompt("a", vision, List.of(image(vision, 2, 4, 8)));
      long[] response = {10, 11, 12};
      List<Sequence> both =
          List.of(new Sequence(one.tokens(), response), new Sequence(other.tokens(), response));
      float[] found = trained(model, both);
      assertThat(found[1]).isNotEqualTo(found[4]);
      assertThat(PackedBatch.of(both).input().images()).hasSize(2);
    }
  }

  @Test
  void aFrozenTowerComputesEachImageOncePerStep() {
    try (Transformer policy = load()) {
      policy.freezeVision();
      try (Transformer reference = policy.frozenCopy()) {
        List<Group> groups = sampled(policy, prompts(policy.config().vision().orElseThrow()));
        List<Sequence> sequences = sequences(groups);
        float[] before = trained(policy, sequences);
        assertThat(trained(reference, sequences)).isEqualTo(before);
        // Three images in the prompts, two of them different.
        assertThat(policy.images().orElseThrow().computed()).isEqualTo(2);
        assertThat(reference.images().orElseThrow().computed()).isEqualTo(2);
      }
    }
  }

  /** The copy keeps the weights of a trained tower that the policy changes afterwards. */
  @Test
  void aCopyOfATrainedTowerIsItsOwn() {
    try (Transformer policy = load();
        Transformer copy = policy.frozenCopy();
        Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      VisionConfig vision = policy.config().vision().orElseThrow();
      List<TowerImage> images = List.of(image(vision, 1, 4, 4));
      Tensor before = copy.features(images).orElseThrow().copy();
      policy.parameters().stream()
          .filter(each -> each.name().startsWith("visual."))
          .forEach(each -> each.tensor().timesInPlace(2));
      assertThat(copy.features(images).orElseThrow().sameAs(before)).isTrue();
      Tensor changed = policy.features(images).orElseThrow();
      assertThat(changed.sameAs(before)).isFalse();
      copy.copyFrom(policy);
      assertThat(copy.features(images).orElseThrow().sameAs(changed)).isTrue();
    }
  }

  /** A sampled image token is a token like any other. */
  @Test
  void imageTokensOfTheInputAreThoseOfThePrompts() {
    try (Transformer model = load();
        Scope scope = Scope.open()) {
      VisionConfig vision = model.config().vision().orElseThrow();
      Prompt prompt = prompt("a", vision, List.of(image(vision, 3, 2, 4)));
      // A response that repeats the image token has no image.
      long[] response = {vision.imageToken(), 5, vision.imageToken()};
      InputTokens input = PackedBatch.of(List.of(new Sequence(prompt.tokens(), response))).input();
      assertThat(input.places()).containsExactly(3, 4);
    }
  }
}
