package io.braid.tensor;

import io.braid.UserError;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * The process's tensor engine: libtorch, its BLAS, its threads and the one device that tensors are
 * made on.
 *
 * <p>Some settings are read from the environment while the native libraries load, so {@link #start}
 * comes before anything else.
 */
public final class Engine {
  /**
   * The system property that says where tensors are made: {@code cpu}, the default, or {@code
   * cuda}.
   */
  public static final String DEVICE = "braid.device";

  private static boolean started;
  private static DeviceType device = DeviceType.CPU;
  private static Map<DType, TensorOptions> options = Map.of();
  private static Optional<Cuda> cuda = Optional.empty();

  private Engine() {}

  /**
   * Loads the native libraries with the settings without which they run several times slower.
   *
   * <p>Without MKL, OpenBLAS's and OpenMP's spinning thread pools fight over the cores unless
   * waiting threads sleep; with MKL sleeping halves the speed of decoding. Both are decided by the
   * environment at load time, hence the native {@code setenv}.
   *
   * <p>Every class by which a program can enter this room calls it first, so nobody else need. A
   * program that offers {@link #DEVICE} calls it itself, to show the error.
   *
   * @throws UserError when {@link #DEVICE} is neither, or CUDA is wanted and cannot be used
   */
  public static synchronized void start() {
    if (started) {
      return;
    }
    DeviceType wanted = wanted(System.getProperty(DEVICE, "cpu"));
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
    boolean mkl = mklIsOnTheClasspath();
    System.setProperty("org.bytedeco.openblas.load", mkl ? "mkl" : "openblas");
    if (mkl) {
      // The same instructions whatever the alignment of a buffer: same seed, same numbers.
      setEnvironment("MKL_CBWR", "AUTO,STRICT");
      // Waiting threads spin shortly, then sleep. The default spins so long that two such programs
      // on the same cores slow each other down a hundredfold; not to spin halves decoding.
      setEnvironment("GOMP_SPINCOUNT", "10000");
    } else {
      setEnvironment("OMP_WAIT_POLICY", "passive");
    }
    if (wanted == DeviceType.CUDA) {
      Cuda.load();
    }
    try (PointerScope scope = new PointerScope()) {
      torch.zeros(1);
    }
    place(wanted);
    cuda = wanted == DeviceType.CUDA ? Optional.of(Cuda.current()) : Optional.empty();
    started = true;
  }

  /** Whether {@link #start} has been called: a program that computes nothing never does. */
  public static synchronized boolean isStarted() {
    return started;
  }

  static DeviceType wanted(String setting) {
    return switch (setting) {
      case "cpu" -> DeviceType.CPU;
      case "cuda" -> DeviceType.CUDA;
      default -> throw new UserError("-D%s=%s: there is cpu and cuda".formatted(DEVICE, setting));
    };
  }

  /** Makes tensors on a device from now on; those that are there stay where they are. */
  static void place(DeviceType type) {
    options = Constants.optionsOn(type);
    device = type;
  }

  /** How many threads an operator may use. */
  public static int threads() {
    start();
    return torch.get_num_threads();
  }

  /** Sets how many threads an operator may use. */
  public static void setThreads(int threads) {
    start();
    torch.set_num_threads(threads);
  }

  /** The CUDA device that tensors are made on; empty when they are made in the host's memory. */
  public static Optional<Cuda> cuda() {
    start();
    return cuda;
  }

  /** The version of libtorch and of the binding that brings it, such as {@code 2.10.0-1.5.13}. */
  public static String version() {
    try (var properties =
        torch.class.getResourceAsStream("/META-INF/maven/org.bytedeco/pytorch/pom.properties")) {
      if (properties == null) {
        return "unknown";
      }
      Properties pom = new Properties();
      pom.load(properties);
      return pom.getProperty("version", "unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** libtorch's own description of how it was built and what it found, several lines. */
  public static String description() {
    start();
    return torch.show_config().getString().strip();
  }

  static boolean onHost() {
    return device == DeviceType.CPU;
  }

  static TensorOptions options(DType dtype) {
    return Objects.requireNonNull(options.get(dtype));
  }

  static boolean mklIsOnTheClasspath() {
    return Engine.class.getResource("/org/bytedeco/mkl/linux-x86_64/libmkl_rt.so.2") != null;
  }

  /** Java cannot change its own environment, and the native libraries read nothing else. */
  private static void setEnvironment(String name, String value) {
    if (System.getenv(name) != null) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      var setenv =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("setenv"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT));
      int status = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 0);
      if (status != 0) {
        throw new IllegalStateException("setenv " + name + " returned " + status);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
