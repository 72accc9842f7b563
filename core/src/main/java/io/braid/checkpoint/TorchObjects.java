package io.braid.checkpoint;

import io.braid.checkpoint.PickleReader.Refused;
import io.braid.checkpoint.PickleReader.Tuple;
import io.braid.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Resolves the names that a pickled dictionary of tensors may use. A tensor becomes a record that
 * describes where its elements are; no elements are read and no code is run. All other names are
 * refused.
 */
final class TorchObjects implements PickleReader.Globals {
  private static final int MOST_DIMENSIONS = 16;
  private static final int LONGEST_SHOWN = 80;

  private static final Map<String, ElementType> ELEMENT_TYPES =
      Map.ofEntries(
          readable("DoubleStorage", "float64", DType.FLOAT64),
          readable("FloatStorage", "float32", DType.FLOAT32),
          readable("BFloat16Storage", "bfloat16", DType.BFLOAT16),
          readable("HalfStorage", "float16", DType.FLOAT16),
          readable("LongStorage", "int64", DType.INT64),
          readable("IntStorage", "int32", DType.INT32),
          readable("ByteStorage", "uint8", DType.UINT8),
          readable("BoolStorage", "bool", DType.BOOL),
          unreadable("ShortStorage", "int16"),
          unreadable("CharStorage", "int8"),
          unreadable("ComplexFloatStorage", "complex64"),
          unreadable("ComplexDoubleStorage", "complex128"),
          unreadable("QInt8Storage", "qint8"),
          unreadable("QUInt8Storage", "quint8"),
          unreadable("QInt32Storage", "qint32"));

  /** PyTorch's name for an element type, and Braid's type if it is supported. */
  record ElementType(String name, Optional<DType> dtype) {}

  /** An array of elements in the archive, possibly shared by several tensors. */
  record Storage(ElementType type, String key, long elements) {}

  /**
   * A tensor. Its element (i, j, …) is the element of the storage at {@code offset + i strides[0] +
   * j strides[1] …}. All numbers are non-negative but otherwise unchecked.
   */
  record StoredTensor(Storage storage, long offset, long[] shape, long[] strides) {
    /**
     * Returns number of elements.
     *
     * @throws ArithmeticException if the product of the non-zero lengths overflows
     */
    long elements() {
      long product = 1;
      boolean none = false;
      for (long length : shape) {
        none |= length == 0;
        product = Math.multiplyExact(product, Math.max(1, length));
      }
      return none ? 0 : product;
    }

    /**
     * Returns the largest index into the storage plus one, or 0 if there are no elements.
     *
     * @throws ArithmeticException if the result overflows
     */
    long end() {
      if (elements() == 0) {
        return 0;
      }
      long last = offset;
      for (int i = 0; i < shape.length; i++) {
        last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
      }
      return Math.addExact(last, 1);
    }

    /** Returns whether the elements are contiguous in row-major order. */
    boolean isContiguous() {
      long expected = 1;
      for (int i = shape.length - 1; i >= 0; i--) {
        if (shape[i] != 1 && strides[i] != expected) {
          return false;
        }
        expected *= shape[i];
      }
      return true;
    }
  }

  private enum Function {
    ORDERED_DICT,
    TENSOR,
    PARAMETER
  }

  private static Map.Entry<String, ElementType> readable(String storage, String name, DType dtype) {
    return Map.entry(storage, new ElementType(name, Optional.of(dtype)));
  }

  private static Map.Entry<String, ElementType> unreadable(String storage, String name) {
    return Map.entry(storage, new ElementType(name, Optional.empty()));
  }

  @Override
  public Object global(String module, String name) throws Refused {
    String full = module + "." + name;
    return switch (full) {
      case "collections.OrderedDict" -> Function.ORDERED_DICT;
      case "torch._utils._rebuild_tensor_v2" -> Function.TENSOR;
      case "torch._utils._rebuild_parameter" -> Function.PARAMETER;
      default -> elementType(module, name).orElseThrow(() -> foreign(full));
    };
  }

  private static Optional<ElementType> elementType(String module, String name) {
    return module.equals("torch") ? Optional.ofNullable(ELEMENT_TYPES.get(name)) : Optional.empty();
  }

  private static Refused foreign(String name) {
    return new Refused(
        "asks for the Python object %s, which a dictionary of tensors does not need; none of its code was run."
                .formatted(shown(name))
            + " If you trust the file, load it in Python and save only its state_dict()");
  }

  /** Makes a name from the file safe to print on one line of a terminal. */
  private static String shown(String name) {
    String line = name.replaceAll("[^\\x20-\\x7e]", "?");
    return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "…";
  }

  @Override
  public Object call(Object global, List<Object> arguments) throws Refused {
    if (!(global instanceof Function function)) {
      throw damaged("it calls an object that is not a function");
    }
    return switch (function) {
      case ORDERED_DICT -> orderedDict(arguments);
      case TENSOR -> tensor(arguments);
      case PARAMETER -> parameter(arguments);
    };
  }

  private static Object orderedDict(List<Object> arguments) throws Refused {
    if (!arguments.isEmpty()) {
      throw damaged("an OrderedDict has arguments");
    }
    return new LinkedHashMap<>();
  }

  /** Creates a tensor from (storage, offset, shape, strides, requires_grad, hooks[, metadata]). */
  private static StoredTensor tensor(List<Object> arguments) throws Refused {
    if (arguments.size() < 6
        || arguments.size() > 7
        || !(arguments.get(0) instanceof Storage storage)) {
      throw damaged("a tensor's arguments differ from those that PyTorch writes");
    }
    if (arguments.size() == 7 && !(arguments.get(6) instanceof Map<?, ?> m && m.isEmpty())) {
      throw new Refused(
          "contains a tensor with its conjugate or negative bit set, which is not supported;"
              + " save it again after resolve_conj() and resolve_neg()");
    }
    long[] shape = wholes(arguments.get(2));
    long[] strides = wholes(arguments.get(3));
    if (shape.length != strides.length || shape.length > MOST_DIMENSIONS) {
      throw damaged("a tensor's shape and strides do not match");
    }
    return new StoredTensor(storage, whole(arguments.get(1)), shape, strides);
  }

  /** Returns the tensor from (tensor, requires_grad, hooks). */
  private static StoredTensor parameter(List<Object> arguments) throws Refused {
    if (arguments.size() != 3 || !(arguments.get(0) instanceof StoredTensor tensor)) {
      throw damaged("a parameter's arguments differ from those that PyTorch writes");
    }
    return tensor;
  }

  /** Creates a storage from ("storage", type, key, device, elements); the device is ignored. */
  @Override
  public Object persistent(Object id) throws Refused {
    if (!(id instanceof Tuple(List<Object> parts))
        || parts.size() != 5
        || !parts.get(0).equals("storage")
        || !(parts.get(1) instanceof ElementType type)
        || !(parts.get(2) instanceof String key)) {
      throw damaged("a storage's id differs from the form that PyTorch writes");
    }
    return new Storage(type, key, whole(parts.get(4)));
  }

  private static long[] wholes(Object value) throws Refused {
    if (!(value instanceof Tuple(List<Object> items))) {
      throw damaged("a tensor's shape or strides are not a tuple");
    }
    long[] numbers = new long[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = whole(items.get(i));
    }
    return numbers;
  }

  private static long whole(Object value) throws Refused {
    if (!(value instanceof Long number) || number < 0) {
      throw damaged("a length or an offset is not an integer from 0 to 2^63");
    }
    return number;
  }

  private static Refused damaged(String how) {
    return new Refused("its pickle is not as PyTorch writes it (" + how + "); the file is damaged");
  }
}
