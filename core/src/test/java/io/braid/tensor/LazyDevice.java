package io.braid.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * While it is open, tensors are made on libtorch's lazy device: a device of its own that computes
 * on the host's processors. It refuses to mix its tensors with the host's, as a GPU does, and so
 * shows on any machine what would stay behind.
 */
final class LazyDevice implements AutoCloseable {
  private static boolean begun;

  private LazyDevice() {}

  static LazyDevice open() {
    Engine.start();
    begin();
    Engine.place(DeviceType.Lazy);
    return new LazyDevice();
  }

  /** The binding lacks the function that must be called once; the library exports it. */
  private static synchronized void begin() {
    if (begun) {
      return;
    }
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      String line =
          maps.filter(each -> each.endsWith("/libtorch_cpu.so")).findFirst().orElseThrow();
      SymbolLookup library =
          SymbolLookup.libraryLookup(Path.of(line.substring(line.indexOf('/'))), Arena.global());
      Linker.nativeLinker()
          .downcallHandle(
              library.findOrThrow("_ZN5torch4lazy22InitTorchScriptBackendEv"),
              FunctionDescriptor.ofVoid())
          .invokeExact();
      begun = true;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean holds(Tensor tensor) {
    return tensor.raw.is_lazy();
  }

  @Override
  public void close() {
    Engine.place(DeviceType.CPU);
  }
}
