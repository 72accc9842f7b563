package io.braid.recipe;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a setting can hold. Anything else is a mistake in the settings record. */
sealed interface Kind {
  /** A number, a word, a path. */
  record Single(Word word) implements Kind {}

  /** One of an enum's constants. */
  record Constant(Class<?> type) implements Kind {}

  /** A settings record. */
  record Nested(Class<?> type) implements Kind {}

  /** One of the records of a sealed interface, which the key {@code type} names. */
  record Choice(Class<?> type) implements Kind {
    Map<String, Class<?>> records() {
      return leaves(type)
          .collect(
              Collectors.toMap(Names::value, each -> each, (a, _) -> a, java.util.TreeMap::new));
    }

    /** What a sealed interface permits, directly or through another sealed interface. */
    private static Stream<Class<?>> leaves(Class<?> type) {
      return type.isInterface() && type.isSealed()
          ? Arrays.stream(type.getPermittedSubclasses()).flatMap(Choice::leaves)
          : Stream.of(type);
    }
  }

  /** A list of the same. */
  record Many(Type of) implements Kind {}

  /** Free names with the same kind of value. */
  record Named(Type of) implements Kind {}

  /** Something that may be absent. */
  record Maybe(Type of) implements Kind {}

  static Kind of(Type type) {
    if (type instanceof ParameterizedType generic) {
      List<Type> of = List.of(generic.getActualTypeArguments());
      if (generic.getRawType() == List.class) {
        return new Many(of.getFirst());
      } else if (generic.getRawType() == Optional.class) {
        return new Maybe(of.getFirst());
      } else if (generic.getRawType() == Map.class && of.getFirst() == String.class) {
        return new Named(of.getLast());
      }
    } else if (type instanceof Class<?> plain) {
      Optional<Word> word = Word.of(plain);
      if (word.isPresent()) {
        return new Single(word.get());
      } else if (plain.isEnum()) {
        return new Constant(plain);
      } else if (plain.isRecord()) {
        return new Nested(plain);
      } else if (plain.isSealed() && Choice.leaves(plain).allMatch(Class::isRecord)) {
        return new Choice(plain);
      }
    }
    throw new IllegalArgumentException("a settings record cannot hold a " + type.getTypeName());
  }
}
