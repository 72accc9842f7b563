import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.SafeTensorSupport;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import com.github.tjake.jlama.util.PhysicalCoreExecutor;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Samples responses to many prompts with Jlama, for comparison with {@code ./braid bench rollout}:
 * same prompts, stop tokens and temperature.
 *
 * <p>Jlama computes one token of one sequence at a time, so groups are sampled one after another,
 * with {@code concurrent} of them in parallel. A prompt is processed once per group; every sample
 * continues from the same cache positions.
 *
 * <p>{@code --quantize OUT} writes the model with Jlama's 4-bit weights and exits; run that model
 * with {@code --activations I8}. Both are Jlama's defaults.
 */
public final class Decode {
  private final AbstractModel model;
  private final int vocab;
  private final int stops;

  private Decode(AbstractModel model) {
    this.model = model;
    this.vocab = model.getConfig().vocabularySize;
    this.stops = Math.max(1, vocab / 100);
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      given.put(args[i].substring(2), args[i + 1]);
    }
    int threads = number(given, "threads", Runtime.getRuntime().availableProcessors());
    int concurrent = number(given, "concurrent", 1);
    int prompts = number(given, "prompts", 4);
    int samples = number(given, "samples", 4);
    int tokens = number(given, "new", 256);
    int runs = number(given, "runs", 5);
    DType working = DType.valueOf(given.getOrDefault("working", "F32"));
    DType quantized = DType.valueOf(given.getOrDefault("activations", "F32"));

    PhysicalCoreExecutor.overrideThreadCount(threads);
    File directory = new File(given.get("model"));
    if (given.containsKey("quantize")) {
      SafeTensorSupport.quantizeModel(
          directory.toPath(),
          DType.Q4,
          new String[] {"norm"},
          new String[0],
          Optional.of(Path.of(given.get("quantize"))));
      System.exit(0);
    }
    Decode decode = new Decode(ModelSupport.loadModel(directory, working, quantized));
    decode.run(1, 2, 16, concurrent);

    List<String> perSecond = new ArrayList<>();
    List<String> counts = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      long start = System.nanoTime();
      int count = decode.run(prompts, samples, tokens, concurrent);
      perSecond.add("%.2f".formatted(count / ((System.nanoTime() - start) / 1e9)));
      counts.add(String.valueOf(count));
    }
    System.out.printf(
        "{\"what\": \"rollout\", \"peer\": \"jlama\", \"working\": \"%s\", \"activations\": \"%s\","
            + " \"operations\": \"%s\", \"threads\": %d, \"concurrent\": %d,"
            + " \"tokens_per_s\": [%s], \"tokens\": [%s], \"peak_mb\": %d, \"java\": \"%s\"}%n",
        working,
        quantized,
        TensorOperationsProvider.get().name(),
        threads,
        concurrent,
        String.join(", ", perSecond),
        String.join(", ", counts),
        peakMegabytes(),
        System.getProperty("java.version"));
    System.exit(0); // Jlama's threads are not daemons
  }

  /** Samples responses to all prompts and counts their tokens, including stop tokens. */
  private int run(int prompts, int samples, int tokens, int concurrent) throws Exception {
    AtomicInteger next = new AtomicInteger();
    List<Future<Integer>> workers = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(concurrent)) {
      for (int i = 0; i < concurrent; i++) {
        workers.add(
            pool.submit(() -> {
              int count = 0;
              for (int p = next.getAndIncrement(); p < prompts; p = next.getAndIncrement()) {
                count += group(prompt(p), samples, tokens);
              }
              return count;
            }));
      }
    }
    int count = 0;
    for (Future<Integer> worker : workers) {
      count += worker.get();
    }
    return count;
  }

  private int group(int[] prompt, int samples, int tokens) {
    int count = 0;
    try (KvBufferCache.KvBuffer cache = new KvBufferCache(model).getEphemeralKvBuffer();
        AbstractTensor logits = model.makeDenseTensor(vocab);
        AbstractTensor states = model.batchForward(prompt, 0, cache)) {
      AbstractTensor read = states.slice(prompt.length - 1); // a view: closing the whole closes it
      for (int sample = 0; sample < samples; sample++) {
        int token = model.sample(read, 1, ThreadLocalRandom.current().nextFloat(), logits);
        count++;
        for (int i = 1; i < tokens && token >= stops; i++, count++) {
          try (AbstractTensor state =
              model.forward(token, prompt.length + i - 1, cache, Optional.empty())) {
            token = model.sample(state, 1, ThreadLocalRandom.current().nextFloat(), logits);
          }
        }
      }
    }
    return count;
  }

  private int[] prompt(int p) {
    int[] ids = new int[8 + 7 * p % 25];
    for (int t = 0; t < ids.length; t++) {
      int id = (int) (((p * 31L + t) * 7919 + 13) % vocab);
      ids[t] = id < stops ? id + stops : id;
    }
    return ids;
  }

  private static int number(Map<String, String> given, String key, int otherwise) {
    return Optional.ofNullable(given.get(key)).map(Integer::valueOf).orElse(otherwise);
  }

  private static long peakMegabytes() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }
}
