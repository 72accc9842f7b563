package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.checkpoint.PickleReader.None;
import io.braid.checkpoint.PickleReader.Refused;
import io.braid.checkpoint.PickleReader.Tuple;
import io.braid.checkpoint.TorchFiles.Pickle;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleReaderTest {
  private static Object read(Pickle pickle) throws Refused {
    return PickleReader.read(pickle.bytes(), new TorchObjects());
  }

  private static Pickle pickle(int... opcodes) {
    return new Pickle().op(0x80, 2).op(opcodes);
  }

  private static void refuses(Pickle pickle, String message) {
    assertThatThrownBy(() -> read(pickle))
        .isInstanceOf(Refused.class)
        .hasMessageContaining(message);
  }

  @Test
  void plainValuesAreRead() throws Refused {
    Pickle values =
        pickle('(', 'N', 0x88, 0x89, 'K', 255, 'M', 1, 255, 'J', 254, 255, 255, 255)
            .op('G', 0xbf, 0xe8, 0, 0, 0, 0, 0, 0)
            .text("ü")
            .op(')', 't', '.');
    assertThat(read(values))
        .isEqualTo(
            new Tuple(
                List.of(
                    None.NONE, true, false, 255L, 0xff01L, -2L, -0.75, "ü", new Tuple(List.of()))));
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "-1", "127", "128", "-128", "-129", "9223372036854775807"})
  void integersOfAnyLengthAreRead(long number) throws Refused {
    assertThat(read(pickle().number(number).op('.'))).isEqualTo(number);
  }

  @Test
  void noBytesMeanZeroAndLongIntegersBecomeBigIntegers() throws Refused {
    assertThat(read(pickle(0x8a, 0, '.'))).isEqualTo(0L);
    assertThat(read(pickle(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, '.')))
        .isEqualTo(BigInteger.ONE.shiftLeft(63));
  }

  @Test
  void containersKeepTheirOrderAndShareMemoEntries() throws Refused {
    // {"b": [1], "a": the same list, to which 2 and 3 are appended}
    Pickle shared =
        pickle('}', '(').text("b").op(']', 'q', 7, 'K', 1, 'a').text("a").op('h', 7, 'u');
    Object read = read(shared.text("c").op('h', 7, '(', 'K', 2, 'K', 3, 'e', 's', '.'));
    List<Long> list = List.of(1L, 2L, 3L);
    assertThat(read).isEqualTo(Map.of("b", list, "a", list, "c", list));
    assertThat(((Map<?, ?>) read).keySet().toArray()).containsExactly("b", "a", "c");
  }

  @Test
  void aListThatContainsItselfIsRead() throws Refused {
    assertThat(read(pickle(']', 'q', 0, 'h', 0, 'a', '.'))).isInstanceOf(List.class);
  }

  @Test
  void aMillionNestedTuplesAreReadWithoutRecursion() throws Refused {
    int[] nested = new int[1_000_000];
    Arrays.fill(nested, 0x85);
    assertThat(read(pickle(')').op(nested).op('.'))).isInstanceOf(Tuple.class);
  }

  @ParameterizedTest
  @ValueSource(chars = {'N', '}', '('})
  void tooManyValuesAreRefused(char opcode) {
    int[] many = new int[PickleReader.MOST_VALUES + 1];
    Arrays.fill(many, opcode);
    refuses(pickle(many), "more than 4,000,000 values");
  }

  @ParameterizedTest
  @ValueSource(chars = {'i', 'o', 0x81, 0x92, 0x82, 'P', 'B', '0', '2', 'S', 0xff})
  void unneededOpcodesAreRefused(char opcode) {
    refuses(pickle('}', opcode, '.'), "has opcode 0x%02x".formatted((int) opcode));
  }

  @Test
  void inconsistentPicklesAreRefused() {
    refuses(pickle('.'), "pops from an empty stack");
    refuses(pickle('N', '(', 0x85), "pops from an empty stack");
    refuses(pickle('N', 't'), "a mark that was never set");
    refuses(pickle('h', 3), "reads a memo entry that was never written");
    refuses(pickle('N', 'N', 'a'), "not a list");
    refuses(pickle('N', 'N', 'N', 's'), "not a dictionary");
    refuses(pickle('}', '(', 'N', 'u'), "a key without a value");
    refuses(pickle('}', '}', 'N', 's'), "neither strings nor numbers");
    refuses(pickle('}', 'N', 'b'), "not a dictionary");
    refuses(pickle('N', ')', 'R'), "not a function");
    refuses(pickle('N', 'N', 'R'), "without arguments");
    refuses(pickle('N', 'N', 0x93), "not a string");
    refuses(pickle('N', 'Q'), "a storage's id differs");
    refuses(pickle().global("x".repeat(300) + " y"), "a name has no end");
    refuses(new Pickle().op(0x80, 1), "protocol 1");
    refuses(new Pickle().op(0x80, 6), "protocol 6");
  }

  @Test
  void lengthsBeyondTheEndAllocateNothing() {
    refuses(pickle('X', 255, 255, 255, 255), "ends too early");
    refuses(pickle('X', 255, 255, 255, 127), "ends too early");
    refuses(pickle(0x8a, 255), "ends too early");
    refuses(pickle('N'), "ends too early");
  }
}
