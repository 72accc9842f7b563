package io.braid.app.commands;

import io.braid.UserError;
import io.braid.checkpoint.ModelDirectory;
import io.braid.model.ModelConfig;
import io.braid.model.Transformer;
import io.braid.tensor.Backend;
import io.braid.tensor.DType;
import io.braid.tensor.Decision;
import io.braid.tensor.Engine;
import io.braid.tensor.ProductSpeed;
import io.braid.tensor.RowProducts;
import io.braid.verify.CodeSettings;
import io.braid.verify.code.Sandbox;
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
        "Shows what this machine has and what is missing; with --model, also describes a model"
            + " directory.")
public final class DoctorCommand extends BraidCommand {
  private static final long SMALL_DISK = 2_000_000_000L;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Also check this model directory and list what in it goes unused.")
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
    Backend backend = Backend.current();
    found.put("processor", backend.processor().name());
    backend.decisions().forEach(each -> found.put(each.what(), described(each)));
    found.put("exactness", exactness());
    found.put("products", products());
    found.put("sandbox", sandbox(missing));
    found.put("memory", memory());
    model.ifPresent(path -> found.put("model", described(path)));
    found.put("disk", disk(missing));
    backend.slowPaths().forEach(each -> missing.add(each.line()));
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

  private static String described(Decision decision) {
    return decision.chosen()
        + (decision.why().isEmpty() ? "" : " (%s)".formatted(decision.why()))
        + (decision.cost().isEmpty() ? "" : ": " + decision.cost());
  }

  private static String exactness() {
    return RowProducts.exact()
        ? "a row of a float32 product has the same bits whatever rows are multiplied with it:"
            + " float32 rollouts agree with training to the bit"
        : "a row of a float32 product depends on the rows multiplied with it: rollouts agree with"
            + " training up to rounding";
  }

  /**
   * Measures matrix products of each type, computed in the way that layers compute them on this
   * machine.
   */
  private static String products() {
    ProductSpeed.Shape shape =
        ProductSpeed.Shape.square(Backend.current().cuda().isEmpty() ? 1024 : 8192);
    double single = ProductSpeed.gflops(DType.FLOAT32, shape);
    double half = ProductSpeed.gflops(DType.BFLOAT16, shape);
    double bytes = ProductSpeed.int8Gflops(shape);
    return String.format(
        Locale.ROOT,
        "float32 %.0f GFLOP/s, bfloat16 %.0f (%.2f times as fast), int8 %.0f (%.2f times as fast)",
        single,
        half,
        half / single,
        bytes,
        bytes / single);
  }

  /** Describes a model. Loading the model also reports every unused part of its directory. */
  private static String described(Path path) {
    try (Transformer model = ModelDirectory.open(path).load(Optional.empty())) {
      ModelConfig config = model.config();
      return "%s, %s parameters in %s, %s layers of width %s, context %s, rope %s, head %s"
          .formatted(
              config.family().type(),
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

  /** Tests the sandbox for programs, and describes it. */
  private static String sandbox(List<String> missing) {
    try {
      return Sandbox.find(CodeSettings.Sandboxing.BUBBLEWRAP).describe();
    } catch (UserError e) {
      missing.add("sandbox: " + e.getMessage());
      return "none works: programs cannot be judged";
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
