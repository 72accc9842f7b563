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
 * Starts libtorch for this process: its BLAS, its threads and the one device that tensors are on.
 *
 * <p>The native libraries read some settings from the environment while they load, so {@link
 * #start} must run before anything else uses them. {@link Backend} holds the resulting choices.
 */
public final class Engine {
  /**
   * The system property that chooses the device: {@code cpu}, which is the default, or {@code
   * cuda}.
   */
  public static final String DEVICE = "braid.device";

  private static boolean started;
  private static DeviceType device = DeviceType.CPU;
  private static Map<DType, TensorOptions> options = Map.of();
  private static Optional<Cuda> cuda = Optional.empty();

  private Engine() {}

  /**
   * Loads the native libraries with the settings they need, without which they are several times
   * slower.
   *
   * <p>Without MKL, the spinning thread pools of OpenBLAS and OpenMP compete for the cores unless
   * waiting threads sleep; with MKL, sleeping halves the speed of decoding. The libraries read both
   * settings from the environment when they load, hence the native {@code setenv}.
   *
   * <p>Every class that is an entry point to this package calls this method first. A program that
   * lets its users set {@link #DEVICE} should call it first, to report the error.
   *
   * @throws UserError if {@link #DEVICE} has an unknown value, or CUDA is requested but cannot be
   *     used
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
      // Use the same instructions for every alignment of a buffer, so that a seed gives the same
      // numbers.
      setEnvironment("MKL_CBWR", "AUTO,STRICT");
      // Waiting threads spin briefly, then sleep. By default they spin so long that two such
      // programs
      // on the same cores slow each other down a hundredfold; without spinning, decoding takes
      // twice
      // as long.
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

  /**
   * Returns whether {@link #start} has been called. A program that computes nothing never calls it.
   */
  public static synchronized boolean isStarted() {
    return started;
  }

  static DeviceType wanted(String setting) {
    return switch (setting) {
      case "cpu" -> DeviceType.CPU;
      case "cuda" -> DeviceType.CUDA;
      default -> throw new UserError("-D%s=%s: must be cpu or cuda".formatted(DEVICE, setting));
    };
  }

  /** Creates tensors on this device from now on; existing ones do not move. */
  static void place(DeviceType type) {
    options = Constants.optionsOn(type);
    device = type;
  }

  /** Returns the number of threads that an operator may use. */
  public static int threads() {
    start();
    return torch.get_num_threads();
  }

  /** Sets the number of threads that an operator may use. */
  public static void setThreads(int threads) {
    start();
    torch.set_num_threads(threads);
  }

  /** Returns the CUDA device that tensors are on; empty when they are in host memory. */
  public static Optional<Cuda> cuda() {
    start();
    return cuda;
  }

  /** Returns the version of libtorch and of its Java binding, such as {@code 2.10.0-1.5.13}. */
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

  /** Returns libtorch's own description of its build and of the processor, in several lines. */
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

  /**
   * Sets an environment variable natively. Java cannot change its own environment, which the native
   * libraries read.
   */
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
