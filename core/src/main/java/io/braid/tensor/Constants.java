package io.braid.tensor;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.DeviceType;

/** Constant native arguments, created once: creating one costs as much as a small operator. */
final class Constants {
  static final TensorOptional NO_TENSOR = forever(new TensorOptional());
  static final DoubleOptional NO_DOUBLE = forever(new DoubleOptional());
  static final MemoryFormatOptional NO_MEMORY_FORMAT = forever(new MemoryFormatOptional());
  static final StringViewOptional NO_STRING = forever(new StringViewOptional());
  static final LongOptional LAST_DIM = forever(new LongOptional(-1));

  private static final Map<DType, TensorOptions> HOST = optionsOn(DeviceType.CPU);

  private Constants() {}

  static TensorOptions hostOptions(DType dtype) {
    return Objects.requireNonNull(HOST.get(dtype));
  }

  /** Returns the options for creating tensors on the first device of a type. */
  static Map<DType, TensorOptions> optionsOn(DeviceType type) {
    Map<DType, TensorOptions> options = new EnumMap<>(DType.class);
    try (Device device = new Device(type, (byte) (type == DeviceType.CPU ? -1 : 0));
        DeviceOptional place = new DeviceOptional(device)) {
      for (DType dtype : DType.values()) {
        try (TensorOptions anywhere = new TensorOptions(dtype.scalarType)) {
          options.put(dtype, forever(anywhere.device(place)));
        }
      }
    }
    return options;
  }

  /** Keeps a native object for the life of the process, regardless of open scopes. */
  static <P extends Pointer> P forever(P pointer) {
    pointer.retainReference();
    return pointer;
  }
}
