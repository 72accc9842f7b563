package io.braid.tensor;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** Memory of freed tensors that the C library keeps in order to reuse it. */
public final class FreedMemory {
  private FreedMemory() {}

  /**
   * Returns freed memory to the operating system. Call it after a large part of the memory has been
   * freed that will not be needed again. If the C library is not GNU's, it does nothing.
   */
  public static void returnToSystem() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> function = linker.defaultLookup().find("malloc_trim");
    if (function.isEmpty()) {
      return;
    }
    try {
      int _ =
          (int)
              linker
                  .downcallHandle(
                      function.get(),
                      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG))
                  .invokeExact(0L);
    } catch (Throwable e) {
      throw new IllegalStateException("malloc_trim", e);
    }
  }
}
