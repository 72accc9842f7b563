package io.braid.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The implementations that this process uses: vectors, the BLAS library, products of narrow types,
 * the device and the threads. It is chosen once, on first use, from the capabilities of the JVM,
 * the processor and the libraries. Every product and loop with more than one implementation depends
 * on it.
 *
 * @param processor the processor
 * @param vectors vectors of Braid's own loops
 * @param blas the library that multiplies matrices
 * @param bfloat16 the processor's instructions for bfloat16 products; without them such products
 *     are computed in float32
 * @param int8 the processor's instructions for int8 products; without them such products are
 *     computed in float32
 * @param sharedThreads whether Braid's loops run on libtorch's own threads
 * @param cuda the CUDA device of new tensors; empty for the host
 */
public record Backend(
    Processor processor,
    Vectors vectors,
    Blas blas,
    Optional<String> bfloat16,
    Optional<String> int8,
    boolean sharedThreads,
    Optional<Cuda> cuda) {
  /** Measured by {@code bench rollout} and {@code bench train}: docs/benchmarks.md. */
  public static final String COST_WITHOUT_LOOPS =
      "rollouts take 5 to 11 times as long (bench rollout --size tiny)";

  private static final int AMPERE = 80;
  private static final int WIDEST_FLASH_HEAD = 256;

  /** The vector length of AVX2; the products of a processor with less are not summed by FMA. */
  private static final int PANEL_LANES = 8;

  private static volatile @Nullable Backend replacement;

  /**
   * The vectors of the Vector API.
   *
   * @param lanes number of FLOAT32 elements per vector; 0 for no vectors
   * @param why reason for this number
   */
  public record Vectors(int lanes, String why) {}

  /** Returns the current backend of this process. */
  public static Backend current() {
    Backend other = replacement;
    return other != null ? other : Decided.HERE;
  }

  /**
   * Returns the backend that was chosen for this process, even while a different backend replaces
   * it.
   */
  public static Backend ofProcess() {
    return Decided.HERE;
  }

  private static final class Decided {
    static final Backend HERE = decide();
  }

  private static Backend decide() {
    Engine.start();
    return new Backend(
        Processor.here(),
        VectorApi.decide(),
        Blas.loaded(),
        Processor.here().bfloat16(),
        Processor.here().int8(),
        OpenMp.formsTeams(),
        Engine.cuda());
  }

  // ---- which implementation -------------------------------------------------------------------

  /** Returns whether Braid's own loops can run. */
  public boolean hasVectors() {
    return vectors.lanes > 0;
  }

  /**
   * Returns whether a row width is a multiple of the vector length, as the loops over rows require.
   */
  public boolean fills(long width) {
    return hasVectors() && width % vectors.lanes == 0;
  }

  /** Returns whether the attention loop supports heads of this type and width. */
  public boolean coversHeads(DType dtype, long d) {
    return dtype == DType.FLOAT32
        && hasVectors()
        && (d % vectors.lanes == 0 || (d > vectors.lanes && d < 2L * vectors.lanes));
  }

  /** Returns whether Braid's product of a few rows with a small matrix can run. */
  public boolean hasPanels() {
    return vectors.lanes >= PANEL_LANES;
  }

  /** Returns whether products of bfloat16 are computed in float32. */
  public boolean widensBfloat16() {
    return bfloat16.isEmpty();
  }

  /** Returns whether products of int8 are computed in float32. */
  public boolean widensInt8() {
    return int8.isEmpty();
  }

  /** Returns whether the device has an attention kernel for packed sequences of such heads. */
  public boolean flashAttends(DType dtype, long d) {
    return cuda.filter(device -> device.generation() >= AMPERE).isPresent()
        && (dtype == DType.BFLOAT16 || dtype == DType.FLOAT16)
        && d % 8 == 0
        && d <= WIDEST_FLASH_HEAD;
  }

  // ---- description ----------------------------------------------------------------------------

  /** Describes the backend in one line, for the beginning of a run. */
  public String line() {
    String host =
        "%s, %s threads, %s, %s, bfloat16 %s, int8 %s"
            .formatted(
                processor.name(),
                Engine.threads(),
                hasVectors() ? "vectors of %s numbers".formatted(vectors.lanes) : "no vectors",
                blas,
                bfloat16.map("by %s"::formatted).orElse("in float32"),
                int8.map("by %s"::formatted).orElse("in float32"));
    return cuda.map(device -> "%s; host: %s".formatted(device, host)).orElse(host);
  }

  /** Returns every decision with its reason and, if known, its cost. */
  public List<Decision> decisions() {
    List<Decision> rows = new ArrayList<>();
    rows.add(
        new Decision(
            "device",
            cuda.map(Cuda::toString).orElse("cpu"),
            cuda.isPresent() ? "-D%s=cuda".formatted(Engine.DEVICE) : "",
            ""));
    rows.add(
        new Decision(
            "threads",
            "%s of %s processors"
                .formatted(Engine.threads(), Runtime.getRuntime().availableProcessors()),
            sharedThreads
                ? "loops run on libtorch's own threads"
                : "libtorch does not use GNU OpenMP, so loops run on Java's common pool",
            ""));
    rows.add(
        new Decision(
            "vectors",
            hasVectors() ? "%s float32 numbers".formatted(vectors.lanes) : "none",
            vectors.why,
            hasVectors() ? "" : "libtorch's operators replace Braid's loops"));
    rows.add(
        new Decision(
            "blas", blas.toString(), blas.libraries(), blas.isMkl() ? "" : "slower than MKL"));
    rows.add(
        new Decision(
            "bfloat16",
            bfloat16.map("multiplied by %s"::formatted).orElse("multiplied in float32"),
            instructions(Processor.FOR_BFLOAT16, bfloat16),
            bfloat16.isPresent() ? "" : "saves memory, not time"));
    rows.add(
        new Decision(
            "int8",
            int8.map("multiplied by %s"::formatted).orElse("multiplied in float32"),
            instructions(Processor.FOR_INT8, int8),
            int8.isPresent() ? "" : "saves memory, not time"));
    rows.add(
        new Decision(
            "decoding",
            hasPanels() ? "small float32 products by panels" : "small float32 products by the BLAS",
            hasPanels()
                ? "vectors of %s numbers".formatted(vectors.lanes)
                : "panels need vectors of at least %s numbers".formatted(PANEL_LANES),
            ""));
    return rows;
  }

  private static String instructions(List<String> known, Optional<String> found) {
    return found.isPresent()
        ? "the processor lists it"
        : "the processor lists none of " + String.join(", ", known);
  }

  /** Returns everything that slows down this process regardless of what it computes. */
  public List<SlowPath> slowPaths() {
    List<SlowPath> slow = new ArrayList<>();
    if (!hasVectors() && cuda.isEmpty()) {
      slow.add(withoutVectors());
    }
    if (!blas.isMkl() && System.getProperty("os.arch", "").equals("amd64")) {
      slow.add(
          Engine.mklIsOnTheClasspath()
              ? new SlowPath(
                  "matrix products",
                  "MKL is on the class path, but libtorch was already loaded with " + blas,
                  Optional.empty(),
                  "call Engine.start() before anything else loads libtorch")
              : new SlowPath(
                  "matrix products",
                  "MKL is not on the class path, so %s computes them".formatted(blas),
                  Optional.empty(),
                  "add org.bytedeco:mkl and its classifier linux-x86_64-redist (./mvnw package"
                      + " does)"));
    }
    if (!sharedThreads && cuda.isEmpty()) {
      slow.add(
          new SlowPath(
              "loops",
              "libtorch does not use GNU OpenMP, so they run on Java's common pool and compete with"
                  + " libtorch's threads",
              Optional.empty(),
              "use the libtorch of the linux-x86_64 classifier, and start the JVM with"
                  + " --enable-native-access=ALL-UNNAMED"));
    }
    if (Pointer.maxPhysicalBytes() != 0) {
      slow.add(
          new SlowPath(
              "every tensor operation",
              "JavaCPP was loaded before Braid and checks the process's memory each time",
              Optional.empty(),
              "start the JVM with -Dorg.bytedeco.javacpp.maxPhysicalBytes=0"
                  + " -Dorg.bytedeco.javacpp.maxBytes=0"));
    }
    return slow;
  }

  /** Describes the cost of having no vectors. */
  public SlowPath withoutVectors() {
    return new SlowPath(
        "training and sampling",
        "there are no vectors (%s), so libtorch's operators replace Braid's loops"
            .formatted(vectors.why),
        Optional.of(COST_WITHOUT_LOOPS),
        "start the JVM with --add-modules jdk.incubator.vector");
  }

  /** Describes the cost of multiplying bfloat16 in float32. */
  public SlowPath widenedBfloat16() {
    return new SlowPath(
        "bfloat16 products",
        "this processor has no instructions for them, so they are computed in float32",
        Optional.empty(),
        "bfloat16 saves memory here, not time");
  }

  /** Describes the cost of multiplying int8 in float32. */
  public SlowPath widenedInt8() {
    return new SlowPath(
        "int8 products",
        "this processor has no instructions for them, so they are computed in float32",
        Optional.empty(),
        "int8 saves memory here, not time");
  }

  /** Reports each of {@link #slowPaths} once. */
  public void say() {
    slowPaths().forEach(SlowPath::say);
  }

  // ---- others, for tests ----------------------------------------------------------------------

  /** Returns this backend with a different vector length; 0 for no vectors. */
  public Backend withLanes(int lanes) {
    return new Backend(
        processor, new Vectors(lanes, "as a test asks"), blas, bfloat16, int8, sharedThreads, cuda);
  }

  /** Returns this backend with a processor that lists different instructions. */
  public Backend with(Processor other) {
    return new Backend(other, vectors, blas, other.bfloat16(), other.int8(), sharedThreads, cuda);
  }

  /** Returns this backend on a different device. */
  Backend on(Optional<Cuda> device) {
    return new Backend(processor, vectors, blas, bfloat16, int8, sharedThreads, device);
  }

  /** A backend that replaces the process's own until it is closed. */
  public interface Replacement extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Makes the whole process use a different backend, for tests.
   *
   * @throws IllegalArgumentException if its vector length differs from the vector length of the
   *     compiled loops
   */
  public static Replacement replace(Backend other) {
    if (other.hasVectors() && other.vectors.lanes != Decided.HERE.vectors.lanes) {
      throw new IllegalArgumentException(
          "the loops are compiled for a vector length of %s, not %s; start a JVM with -D%s"
              .formatted(Decided.HERE.vectors.lanes, other.vectors.lanes, VectorApi.PROPERTY));
    }
    replacement = other;
    return () -> replacement = null;
  }
}
