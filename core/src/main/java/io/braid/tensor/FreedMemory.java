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
   * freed that will not be needed again.
   *
   * @return false if the C library is not GNU's and has no such function
   */
  public static boolean returnToSystem() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> function = linker.defaultLookup().find("malloc_trim");
    if (function.isEmpty()) {
      return false;
    }
    try {
      int _ =
          (int)
              linker
                  .downcallHandle(
                      function.get(),
                      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG))
                  .invokeExact(0L);
      return true;
    } catch (Throwable e) {
      throw new IllegalStateException("malloc_trim", e);
    }
  }
}
