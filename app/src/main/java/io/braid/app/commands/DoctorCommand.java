package io.braid.app.commands;

import io.braid.UserError;
import io.braid.checkpoint.ModelDirectory;
import io.braid.kernel.Vectors;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.tensor.Cuda;
import io.braid.tensor.DType;
import io.braid.tensor.Engine;
import io.braid.tensor.RowProducts;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import io.braid.verify.CodeSettings;
import io.braid.verify.code.Box;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid doctor}. */
@Command(
    name = "doctor",
    description =
        "Shows what this machine has, and what is missing; with --model also what a model directory"
            + " is.")
public final class DoctorCommand extends BraidCommand {
  private static final long SMALL_DISK = 2_000_000_000L;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Also read this model directory, and say what of it is not used.")
  private Optional<Path> model = Optional.empty();

  @Override
  public Integer call() {
    Map<String, String> found = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    found.put(
        "jdk", "%s (%s)".formatted(Runtime.version(), System.getProperty("java.home", "unknown")));
    found.put(
        "system",
        "%s %s".formatted(System.getProperty("os.name", "?"), System.getProperty("os.arch", "?")));
    found.put("libtorch", Engine.version());
    found.put("blas", Engine.blas() + (Engine.usesMkl() ? " (MKL does the work)" : ""));
    found.put(
        "threads",
        "%s of %s processors"
            .formatted(Engine.threads(), Runtime.getRuntime().availableProcessors()));
    found.put("vectors", vectors(missing));
    found.put(
        "exactness",
        RowProducts.exact()
            ? "a row of a float32 product has the same bits beside any rows: float32 rollouts agree"
                + " with training to the bit"
            : "a row of a float32 product depends on the rows beside it: rollouts agree with"
                + " training up to rounding");
    double single = matmul(DType.FLOAT32);
    double half = matmul(DType.BFLOAT16);
    found.put("float32", String.format(Locale.ROOT, "%.0f GFLOP/s in a matrix product", single));
    found.put(
        "bfloat16",
        String.format(
            Locale.ROOT,
            "%.0f GFLOP/s, %.1f times float32; %s",
            half,
            half / single,
            Engine.bfloat16Instructions()
                .map("multiplied by %s"::formatted)
                .orElse(
                    "no instructions for it: layers widen it to float32, which saves memory, not"
                        + " time")));
    found.put(
        "device",
        Engine.cuda().map(Cuda::toString).orElse("cpu (./braid --cuda doctor looks for a GPU)"));
    found.put("sandbox", sandbox(missing));
    found.put("memory", memory());
    model.ifPresent(path -> found.put("model", described(path)));
    found.put("disk", disk(missing));
    if (!Engine.usesMkl() && System.getProperty("os.arch", "").equals("amd64")) {
      missing.add(
          "MKL was not taken: training is about half as fast; check that the mkl jars are on the"
              + " class path (./mvnw package)");
    }
    ObjectNode object = JsonMapper.shared().createObjectNode();
    found.forEach((name, value) -> {
      say("%-10s %s".formatted(name, value));
      object.put(name, value);
    });
    say(missing.isEmpty() ? "nothing is missing" : "missing:");
    missing.forEach(line -> say("  " + line));
    missing.forEach(object.putArray("missing")::add);
    answer(object);
    return 0;
  }

  /** What our own loops compute with. */
  private static String vectors(List<String> missing) {
    if (!Vectors.AVAILABLE) {
      missing.add(
          "the Vector API: training and sampling are several times slower; start the JVM with"
              + " --add-modules jdk.incubator.vector, as ./braid does");
      return "none: libtorch's operators serve instead of our own loops";
    }
    return "%s float32 numbers at once".formatted(Vectors.lanes());
  }

  /** What a model is; whatever of its directory is not used is said while it is read. */
  private static String described(Path path) {
    try (Transformer model = ModelDirectory.open(path).load(Optional.empty())) {
      ModelConfig config = model.config();
      return "%s, %s parameters in %s, %s layers of width %s, context %s, rope %s, head %s"
          .formatted(
              config.family().name().toLowerCase(Locale.ROOT),
              model.parameterCount(),
              model.dtype().name().toLowerCase(Locale.ROOT),
              config.layers(),
              config.hiddenSize(),
              config.maxPositions(),
              config
                  .rope()
                  .scaling()
                  .map(scaling -> scaling.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                  .orElse("default"),
              config.tiedEmbeddings() ? "tied to the embedding" : "of its own");
    }
  }

  /** The best of some matrix products of n³, in 10⁹ operations a second. */
  private static double matmul(DType dtype) {
    double n = Engine.cuda().isEmpty() ? 1024 : 8192;
    try (Scope scope = Scope.open()) {
      Tensor a = Tensor.ones(dtype, (long) n, (long) n);
      double best = Double.POSITIVE_INFINITY;
      for (int i = 0; i < 6; i++) {
        long start = System.nanoTime();
        try (Scope product = Scope.open()) {
          a.matmul(a).select(0, 0).select(0, 0).item(); // a device is done when a number is there
        }
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      return 2 * n * n * n / best / 1e9;
    }
  }

  /** The box that programs would run in, tried out. */
  private static String sandbox(List<String> missing) {
    try {
      return Box.find(CodeSettings.Sandboxing.BUBBLEWRAP).describe();
    } catch (UserError e) {
      missing.add("sandbox: " + e.getMessage());
      return "none that works: problems with programs cannot be judged";
    }
  }

  private static String memory() {
    Path info = Path.of("/proc/meminfo");
    if (!Files.isReadable(info)) {
      return "unknown";
    }
    try {
      long total = 0;
      long available = 0;
      for (String line : Files.readAllLines(info)) {
        if (line.startsWith("MemTotal:")) {
          total = kilobytes(line);
        } else if (line.startsWith("MemAvailable:")) {
          available = kilobytes(line);
        }
      }
      return String.format(Locale.ROOT, "%.1f GB, %.1f GB free", total / 1e6, available / 1e6);
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static long kilobytes(String line) {
    return Long.parseLong(line.replaceAll("\\D+", ""));
  }

  private static String disk(List<String> missing) {
    try {
      long free = Files.getFileStore(Path.of("").toAbsolutePath()).getUsableSpace();
      if (free < SMALL_DISK) {
        missing.add("disk: less than 2 GB free here; checkpoints may not fit");
      }
      return String.format(Locale.ROOT, "%.1f GB free here", free / 1e9);
    } catch (IOException e) {
      return "unknown";
    }
  }
}
