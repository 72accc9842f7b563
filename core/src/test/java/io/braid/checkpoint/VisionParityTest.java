package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.ChosenTokens;
import io.braid.model.Decoder;
import io.braid.model.HiddenPass;
import io.braid.model.InputTokens;
import io.braid.model.KvCache;
import io.braid.model.NamedView;
import io.braid.model.PackedAttention;
import io.braid.model.SharedPrefix;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.vision.ImageGrid;
import io.braid.vision.PlacedImage;
import io.braid.vision.PromptTokens;
import io.braid.vision.TokenPositions;
import io.braid.vision.TowerImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares Qwen2.5-VL with transformers on small random checkpoints (parity/vision.py). */
class VisionParityTest {
  private static final Path SHAPES = Path.of("src/test/resources/io/braid/checkpoint/vision");
  private static final double CLOSE = 1e-4;

  static List<String> shapes() {
    return IntStream.range(0, 8).mapToObj(number -> "shape-" + number).toList();
  }

  /** A sequence of the golden values. */
  private record Given(int number, PromptTokens tokens) {}

  @ParameterizedTest
  @MethodSource("shapes")
  void positionsCountTimeHeightAndWidth(String shape) throws IOException {
    try (Scope scope = Scope.open();
        Transformer model = load(shape);
        Safetensors golden = golden(shape)) {
      for (Given each : given(shape, model, golden)) {
        TokenPositions positions = each.tokens.positions();
        long[] flat =
            Arrays.stream(positions.axes()).flatMapToInt(Arrays::stream).asLongStream().toArray();
        assertThat(flat).isEqualTo(golden.tensor(each.number + ".positions").toLongs());
        long delta = golden.tensor(each.number + ".delta").toLongs()[0];
        assertThat(positions.next() - each.tokens.length()).isEqualTo((int) delta);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void featuresMatchTransformers(String shape) throws IOException {
    int compared = 0;
    try (Scope scope = Scope.open();
        Transformer model = load(shape);
        Safetensors golden = golden(shape);
        Gradients off = Gradients.off()) {
      for (Given each : given(shape, model, golden)) {
        List<TowerImage> images = each.tokens.images().stream().map(PlacedImage::image).toList();
        for (int i = 0; i < images.size(); i++) {
          Tensor features = model.features(List.of(images.get(i))).orElseThrow();
          close(features, golden.tensor("%s.image.%s.features".formatted(each.number, i)));
          compared++;
        }
        if (!images.isEmpty()) {
          List<Tensor> all =
              IntStream.range(0, images.size())
                  .mapToObj(i -> golden.tensor("%s.image.%s.features".formatted(each.number, i)))
                  .toList();
          close(model.features(images).orElseThrow(), Tensor.cat(all, 0));
        }
      }
    }
    assertThat(compared).isPositive();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void hiddenStatesAndLogitsMatchTransformers(String shape) throws IOException {
    hiddenStatesAndLogitsMatchTransformers(shape, load(shape));
  }

  /** The same by libtorch's operators alone. */
  @ParameterizedTest
  @MethodSource("shapes")
  void hiddenStatesAndLogitsOfTheReferenceMatchTransformers(String shape) throws IOException {
    hiddenStatesAndLogitsMatchTransformers(shape, TinyModels.plainly(load(shape)));
  }

  private static void hiddenStatesAndLogitsMatchTransformers(String shape, Transformer held)
      throws IOException {
    try (Scope scope = Scope.open();
        Transformer model = held;
        Safetensors golden = golden(shape);
        Gradients off = Gradients.off()) {
      // All sequences as one packed batch, so that none sees another's images or positions.
      List<Given> all = given(shape, model, golden);
      List<Tensor> stream = new ArrayList<>();
      Tensor hidden = model.hidden(input(all), attention(all), (layer, x) -> stream.add(x));
      int start = 0;
      for (Given each : all) {
        int length = each.tokens.length();
        for (int layer = 1; layer < stream.size(); layer++) {
          close(
              stream.get(layer).narrow(0, start, length),
              golden.tensor("%s.hidden.%s".formatted(each.number, layer - 1)));
        }
        Tensor own = hidden.narrow(0, start, length);
        close(own, golden.tensor(each.number + ".hidden.norm"));
        close(model.logits(own), golden.tensor(each.number + ".logits"));
        start += length;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void greedyTokensFromTheCacheMatchTransformers(String shape) throws IOException {
    try (Transformer model = load(shape)) {
      model.freezeVision();
      greedyTokensMatchTransformers(shape, model);
      greedyTokensMatchTransformers(shape, TinyModels.plainly(model));
    }
  }

  private static void greedyTokensMatchTransformers(String shape, Transformer model)
      throws IOException {
    try (Scope scope = Scope.open();
        Safetensors golden = golden(shape);
        KvCache cache = model.cache(64);
        Gradients off = Gradients.inference()) {
      List<Given> all = given(shape, model, golden);
      Decoder decoder = new Decoder(model);
      Decoder.Prefill prefill = decoder.prefill(all.stream().map(Given::tokens).toList(), cache);
      long[] next = model.logits(prefill.lastHidden()).argmax().toLongs();
      int wanted = (int) golden.tensor("0.greedy").size(0);
      long[][] tokens = new long[all.size()][wanted];
      for (int t = 0; t < wanted; t++) {
        for (int s = 0; s < tokens.length; s++) {
          tokens[s][t] = next[s];
        }
        next = decoder.decode(next, cache, prefill.sequences()).argmax().toLongs();
      }
      for (Given each : all) {
        assertThat(tokens[each.number]).isEqualTo(golden.tensor(each.number + ".greedy").toLongs());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void gradientsOfTowerAndTextMatchTransformers(String shape) throws IOException {
    gradientsMatchTransformers(shape, load(shape));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void gradientsOfTheReferenceMatchTransformers(String shape) throws IOException {
    gradientsMatchTransformers(shape, TinyModels.plainly(load(shape)));
  }

  private static void gradientsMatchTransformers(String shape, Transformer held)
      throws IOException {
    try (Scope scope = Scope.open();
        Transformer model = held;
        Safetensors golden = golden(shape)) {
      List<Given> all = given(shape, model, golden);
      HiddenPass pass = model.pass(input(all), attention(all), Transformer.LatentTap.NONE);
      List<Long> before = new ArrayList<>();
      List<Long> targets = new ArrayList<>();
      List<Float> weights = new ArrayList<>();
      int start = 0;
      for (Given each : all) {
        float[] own = golden.tensor(each.number + ".weights").toFloats();
        for (int t = 1; t < own.length; t++) {
          before.add((long) start + t - 1);
          targets.add(each.tokens.ids()[t]);
          weights.add(own[t]);
        }
        start += own.length;
      }
      Tensor rows = Tensor.of(longs(before), before.size());
      ChosenTokens chosen =
          model.chosen(
              pass.states().indexSelect(0, rows),
              Tensor.of(longs(targets), targets.size()),
              /* temperature= */ 1,
              /* entropies= */ false);
      float[] gradient = new float[weights.size()];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = weights.get(i);
      }
      Tensor atRows = chosen.backward(Tensor.of(gradient, gradient.length));
      pass.backward(Tensor.zeros(DType.FLOAT32, pass.states().shape()).indexAdd(0, rows, atRows));
      int compared = 0;
      for (NamedView view : model.views()) {
        String name = "grad." + written(shape, view.name());
        if (golden.names().contains(name)) {
          Tensor wanted = golden.tensor(name);
          Tensor found = view.of(view.parameter().get().grad().orElseThrow());
          double most = Math.max(1, wanted.abs().max().item());
          close(found.div(most), wanted.div(most));
          compared++;
        }
      }
      assertThat(compared).isEqualTo(10);
    }
  }

  /** Returns a tensor's name in the shape's file. */
  private static String written(String shape, String name) throws IOException {
    if (!json(shape).get("layout").asString().equals("state")) {
      return name;
    }
    return name.startsWith("visual.")
        ? "model." + name
        : name.replaceFirst("^model\\.", "model.language_model.");
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void aSavedModelIsTheSame(String shape, @TempDir Path to) throws IOException {
    Path saved = to.resolve("saved");
    ModelDirectory origin = ModelDirectory.open(SHAPES.resolve(shape));
    try (Transformer model = load(shape)) {
      ModelWriter.save(saved, model, origin);
    }
    assertThat(ModelDirectory.open(saved).config()).isEqualTo(origin.config());
    hiddenStatesAndLogitsMatchTransformers(
        shape, ModelDirectory.open(saved).load(Optional.empty()));
  }

  /** A model without a config of its own gets one that describes it. */
  @ParameterizedTest
  @MethodSource("shapes")
  void aWrittenConfigIsReadAgain(String shape, @TempDir Path to) throws IOException {
    Path saved = to.resolve("saved");
    try (Transformer model = load(shape)) {
      ModelWriter.save(saved, model, List.of(), java.util.Map.of());
      assertThat(ModelDirectory.open(saved).config()).isEqualTo(model.config());
    }
  }

  // ---- golden values --------------------------------------------------------------------------

  private static List<Given> given(String shape, Transformer model, Safetensors golden)
      throws IOException {
    int merge = model.config().vision().orElseThrow().merge();
    long imageToken = model.config().vision().orElseThrow().imageToken();
    List<Given> all = new ArrayList<>();
    JsonNode sequences = json(shape).get("sequences");
    for (int s = 0; s < sequences.size(); s++) {
      long[] ids = golden.tensor(s + ".ids").toLongs();
      List<PlacedImage> images = new ArrayList<>();
      int next = 0;
      int number = 0;
      for (JsonNode grid : sequences.get(s).get("images")) {
        while (ids[next] != imageToken) {
          next++;
        }
        float[] pixels = golden.tensor("%s.image.%s.pixels".formatted(s, number++)).toFloats();
        ImageGrid patches = new ImageGrid(grid.get(1).asInt(), grid.get(2).asInt(), merge);
        images.add(new PlacedImage(next, new TowerImage(patches, () -> pixels)));
        next += patches.tokens();
      }
      all.add(new Given(s, new PromptTokens(ids, images)));
    }
    return all;
  }

  private static InputTokens input(List<Given> all) {
    long[] ids = all.stream().flatMapToLong(each -> Arrays.stream(each.tokens.ids())).toArray();
    int[] starts = new int[all.size()];
    for (int s = 1; s < starts.length; s++) {
      starts[s] = starts[s - 1] + all.get(s - 1).tokens.length();
    }
    return InputTokens.of(
        Tensor.of(ids, ids.length),
        all.stream().map(each -> each.tokens.images()).toList(),
        starts);
  }

  private static PackedAttention attention(List<Given> all) {
    return new PackedAttention(
        all.stream().map(each -> SharedPrefix.of(each.tokens, new int[0])).toList());
  }

  private static long[] longs(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static JsonNode json(String shape) throws IOException {
    return JsonMapper.shared()
        .readTree(Files.readString(SHAPES.resolve(shape).resolve("golden.json")));
  }

  private static Safetensors golden(String shape) {
    return Safetensors.open(SHAPES.resolve(shape).resolve("golden.safetensors"));
  }

  private static Transformer load(String shape) {
    return ModelDirectory.open(SHAPES.resolve(shape)).load(Optional.of(DType.FLOAT32));
  }

  private static void close(Tensor found, Tensor wanted) {
    assertThat(found.shape()).isEqualTo(wanted.shape());
    assertThat(found.minus(wanted).abs().max().item()).isLessThan(CLOSE);
  }
}
