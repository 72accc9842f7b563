package io.braid.tensor;

import io.braid.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * The CUDA device that tensors are on: the first one visible to the process, which {@code
 * CUDA_VISIBLE_DEVICES} selects.
 *
 * @param name the driver's name for the device
 * @param bytes the size of its memory
 * @param generation ten times its compute capability: 80 for Ampere, 90 for Hopper
 */
public record Cuda(String name, long bytes, int generation) {
  private static final String LIBRARY = "/org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cuda.so";
  private static final int NAME_BYTES = 256;
  // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR in cuda.h
  private static final int MAJOR = 75;
  private static final int MINOR = 76;

  /** Describes name and memory for people. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s, %.1f GB of memory", name, bytes / 1e9);
  }

  /**
   * Loads libtorch's CUDA libraries and checks that the device computes.
   *
   * @throws UserError when the build, a library or the device is missing
   */
  static void load() {
    boolean built = Cuda.class.getResource(LIBRARY) != null;
    if (!built) {
      throw unusable("this class path has libtorch for CPUs", "start Braid by ./braid --cuda");
    }
    try (PointerScope scope = new PointerScope()) {
      torch.zeros(1);
    } catch (LinkageError e) {
      throw missing(e);
    }
    unloaded()
        .ifPresent(why -> {
          throw missing(why);
        });
    try (PointerScope scope = new PointerScope()) {
      TensorOptions there = Constants.optionsOn(DeviceType.CUDA).get(DType.FLOAT32);
      torch.ones(new long[] {1}, there).item_double();
    } catch (RuntimeException e) {
      throw unusable(
          "no CUDA device can be used (%s)".formatted(reason(e)),
          "nvidia-smi must show one with a driver for CUDA 13, and CUDA_VISIBLE_DEVICES must not"
              + " hide it");
    }
  }

  /**
   * Returns the reason why a library does not load. JavaCPP ignores the failure, so the library is
   * loaded again to get the reason.
   */
  private static Optional<LinkageError> unloaded() {
    try {
      System.load(Loader.cacheResource(Cuda.class, LIBRARY).getPath());
      return Optional.empty();
    } catch (LinkageError e) {
      return Optional.of(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UserError missing(Throwable failure) {
    return unusable(
        "a library of CUDA 13 is not found (%s)".formatted(reason(failure)),
        "install CUDA 13, cuDNN 9 and NCCL 2 and name their directories in LD_LIBRARY_PATH, see"
            + " docs/gpu.md");
  }

  private static UserError unusable(String why, String remedy) {
    return new UserError("--cuda: %s; %s, or leave out --cuda".formatted(why, remedy));
  }

  /** Returns the first line of the root cause, which is the dynamic linker's message. */
  private static String reason(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String message = Optional.ofNullable(deepest.getMessage()).orElse(deepest.toString());
    return message.lines().findFirst().orElse("no message");
  }

  /** Queries the driver's library, which exists wherever CUDA works. */
  static Cuda current() {
    try (Arena arena = Arena.ofConfined()) {
      Driver driver = new Driver(SymbolLookup.libraryLookup("libcuda.so.1", arena));
      MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment name = arena.allocate(NAME_BYTES);
      MemorySegment bytes = arena.allocate(ValueLayout.JAVA_LONG);
      driver.call("cuInit", 0);
      driver.call("cuDeviceGet", number, 0);
      int device = number.get(ValueLayout.JAVA_INT, 0);
      driver.call("cuDeviceGetName", name, NAME_BYTES, device);
      driver.call("cuDeviceTotalMem_v2", bytes, device);
      driver.call("cuDeviceGetAttribute", number, MAJOR, device);
      int major = number.get(ValueLayout.JAVA_INT, 0);
      driver.call("cuDeviceGetAttribute", number, MINOR, device);
      int minor = number.get(ValueLayout.JAVA_INT, 0);
      return new Cuda(name.getString(0), bytes.get(ValueLayout.JAVA_LONG, 0), 10 * major + minor);
    }
  }

  /** C functions of the CUDA driver that take pointers and ints. */
  private record Driver(SymbolLookup library) {
    void call(String function, Object... arguments) {
      MemoryLayout[] layouts = new MemoryLayout[arguments.length];
      for (int i = 0; i < layouts.length; i++) {
        layouts[i] =
            arguments[i] instanceof MemorySegment ? ValueLayout.ADDRESS : ValueLayout.JAVA_INT;
      }
      int status;
      try {
        status =
            (int)
                Linker.nativeLinker()
                    .downcallHandle(
                        library.findOrThrow(function),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts))
                    .invokeWithArguments(arguments);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
      if (status != 0) {
        throw new IllegalStateException(
            "%s of the CUDA driver returned %d".formatted(function, status));
      }
    }
  }
}
