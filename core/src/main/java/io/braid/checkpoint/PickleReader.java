package io.braid.checkpoint;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle as data. A pickle is a program for a stack machine, and Python's interpreter runs
 * any code it names. This reader knows plain values and containers, asks {@link Globals} for the
 * meaning of a name, and refuses everything else without reading it.
 *
 * <p>Values become Long or BigInteger, Double, Boolean, {@link None}, String, {@link Tuple}, List
 * and Map (in insertion order), or the objects that {@link Globals} creates. Containers may contain
 * themselves, so callers must not traverse them recursively.
 *
 * <p>The supported opcodes are those that Python's pickler writes for such values in protocols 2 to
 * 5, with the meaning documented in Python's {@code pickletools}. Allocation is bounded by {@link
 * #MOST_VALUES} and by the pickle's own length.
 */
final class PickleReader {
  /**
   * Largest number of values, marks and memo entries together; a tensor takes about thirty-five.
   */
  static final int MOST_VALUES = 4_000_000;

  private static final int LONGEST_NAME = 256;

  /** Resolves the names in a pickle. Implementations refuse the names they do not know. */
  interface Globals {
    /** Returns the object that {@code module.name} denotes. */
    Object global(String module, String name) throws Refused;

    /** Returns the result of calling a global with arguments. */
    Object call(Object global, List<Object> arguments) throws Refused;

    /** Returns the object stored outside the pickle under an id. */
    Object persistent(Object id) throws Refused;
  }

  /**
   * Thrown when a pickle is refused; the message completes a sentence that begins with the file's
   * name.
   */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /** Python's None. */
  enum None {
    /** The single value. */
    NONE
  }

  /** Python's tuple. */
  record Tuple(List<Object> items) {}

  private final ByteBuffer in;
  private final Globals globals;
  private final List<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>(); // stack heights
  private final Map<Integer, Object> memo = new HashMap<>();
  private int values;

  private PickleReader(byte[] pickle, Globals globals) {
    this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    this.globals = globals;
  }

  /** Reads the value that a pickle contains. */
  static Object read(byte[] pickle, Globals globals) throws Refused {
    return new PickleReader(pickle, globals).run();
  }

  private Object run() throws Refused {
    try {
      for (int opcode = unsignedByte(); opcode != '.'; opcode = unsignedByte()) {
        step(opcode);
      }
      return pop();
    } catch (BufferUnderflowException e) {
      throw new Refused("its pickle ends too early; the file is damaged");
    }
  }

  private void step(int opcode) throws Refused {
    switch (opcode) {
      case 0x80 -> protocol(unsignedByte());
      case 0x95 -> in.getLong(); // a frame's length, which is a hint
      case 'N' -> push(None.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) unsignedByte());
      case 'M' -> push((long) Short.toUnsignedInt(in.getShort()));
      case 'J' -> push((long) in.getInt());
      case 0x8a -> push(number(bytes(unsignedByte())));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
      case 'X' -> push(text(Integer.toUnsignedLong(in.getInt())));
      case 0x8c -> push(text(unsignedByte()));
      case '(' -> mark();
      case ']' -> push(new ArrayList<>());
      case 'a' -> append(List.of(pop()));
      case 'e' -> append(popToMark());
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(popToMark()));
      case 0x85 -> push(new Tuple(pop(1)));
      case 0x86 -> push(new Tuple(pop(2)));
      case 0x87 -> push(new Tuple(pop(3)));
      case '}' -> push(new LinkedHashMap<>());
      case 's' -> setItems(pop(2));
      case 'u' -> setItems(popToMark());
      case 'c' -> push(globals.global(line(), line()));
      case 0x93 -> stackGlobal();
      case 'R' -> call();
      case 'b' -> build();
      case 'Q' -> push(globals.persistent(pop()));
      case 'q' -> remember(unsignedByte());
      case 'r' -> remember(in.getInt());
      case 0x94 -> remember(memo.size());
      case 'h' -> push(remembered(unsignedByte()));
      case 'j' -> push(remembered(in.getInt()));
      default ->
          throw new Refused(
              "its pickle has opcode 0x%02x, which a dictionary of tensors does not need"
                  .formatted(opcode));
    }
  }

  private static void protocol(int version) throws Refused {
    if (version < 2 || version > 5) {
      throw new Refused(
          "its pickle uses protocol %d; protocols 2 to 5 are supported".formatted(version));
    }
  }

  // ---- the stack ------------------------------------------------------------------------------

  private void push(Object value) throws Refused {
    count();
    stack.add(value);
  }

  private void mark() throws Refused {
    count();
    marks.push(stack.size());
  }

  private void count() throws Refused {
    if (++values > MOST_VALUES) {
      throw new Refused(
          "its pickle contains more than %,d values, more than a dictionary of tensors needs"
              .formatted(MOST_VALUES));
    }
  }

  private Object pop() throws Refused {
    return pop(1).getFirst();
  }

  private List<Object> pop(int count) throws Refused {
    int base = marks.isEmpty() ? 0 : marks.peek();
    if (stack.size() - count < base) {
      throw damaged("it pops from an empty stack");
    }
    return popFrom(stack.size() - count);
  }

  private List<Object> popToMark() throws Refused {
    if (marks.isEmpty()) {
      throw damaged("it pops to a mark that was never set");
    }
    return popFrom(marks.pop());
  }

  private List<Object> popFrom(int height) {
    List<Object> top = stack.subList(height, stack.size());
    List<Object> taken = List.copyOf(top);
    top.clear();
    return taken;
  }

  private Object top() throws Refused {
    Object top = pop();
    stack.add(top);
    return top;
  }

  // ---- containers -----------------------------------------------------------------------------

  @SuppressWarnings("unchecked") // lists are created only here, with elements of type Object
  private void append(List<Object> items) throws Refused {
    if (!(top() instanceof List<?> list)) {
      throw damaged("it appends to an object that is not a list");
    }
    ((List<Object>) list).addAll(items);
  }

  private void setItems(List<Object> items) throws Refused {
    Map<Object, Object> map = map(top());
    if (items.size() % 2 != 0) {
      throw damaged("it gives a dictionary a key without a value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      map.put(key(items.get(i)), items.get(i + 1));
    }
  }

  @SuppressWarnings(
      "unchecked") // maps are created only here and by Globals, with keys and values of type Object
  private static Map<Object, Object> map(Object value) throws Refused {
    if (!(value instanceof Map<?, ?> map)) {
      throw damaged("it sets items of an object that is not a dictionary");
    }
    return (Map<Object, Object>) map;
  }

  /** Rejects containers as keys: comparing a container that contains itself would never end. */
  private static Object key(Object value) throws Refused {
    return switch (value) {
      case String s -> s;
      case Long n -> n;
      case Double x -> x;
      case Boolean b -> b;
      case None none -> none;
      default ->
          throw new Refused(
              "its pickle has a dictionary whose keys are neither strings nor numbers");
    };
  }

  // ---- names ----------------------------------------------------------------------------------

  private void stackGlobal() throws Refused {
    List<Object> names = pop(2);
    if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
      throw damaged("a class name is not a string");
    }
    push(globals.global(module, name));
  }

  private void call() throws Refused {
    List<Object> call = pop(2);
    if (!(call.get(1) instanceof Tuple arguments)) {
      throw damaged("it calls a function without arguments");
    }
    push(globals.call(call.get(0), arguments.items));
  }

  /**
   * Discards the attributes set on an object; PyTorch sets some on dictionaries, but no tensor
   * needs them.
   */
  private void build() throws Refused {
    map(pop());
    map(top());
  }

  private void remember(int index) throws Refused {
    count();
    memo.put(index, top());
  }

  private Object remembered(int index) throws Refused {
    Object value = memo.get(index);
    if (value == null) {
      throw damaged("it reads a memo entry that was never written");
    }
    return value;
  }

  // ---- bytes ----------------------------------------------------------------------------------

  private int unsignedByte() {
    return Byte.toUnsignedInt(in.get());
  }

  private byte[] bytes(long count) {
    if (count > in.remaining()) { // before anything is allocated
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[(int) count];
    in.get(bytes);
    return bytes;
  }

  private String text(long length) {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  private String line() throws Refused {
    int start = in.position();
    while (in.get() != '\n') {
      if (in.position() - start > LONGEST_NAME) {
        throw damaged("a name has no end");
      }
    }
    int length = in.position() - start - 1;
    return new String(in.array(), start, length, StandardCharsets.UTF_8);
  }

  /** Converts a little-endian two's complement integer of any length. */
  private static Object number(byte[] littleEndian) {
    byte[] bytes =
        new byte[littleEndian.length + 1]; // one more byte for the sign; no bytes at all mean 0
    for (int i = 0; i < littleEndian.length; i++) {
      bytes[littleEndian.length - i] = littleEndian[i];
    }
    if (littleEndian.length > 0 && littleEndian[littleEndian.length - 1] < 0) {
      bytes[0] = -1;
    }
    BigInteger number = new BigInteger(bytes);
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private static Refused damaged(String how) {
    return new Refused("its pickle contradicts itself (" + how + "); the file is damaged");
  }
}
