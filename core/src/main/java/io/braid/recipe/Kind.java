package io.braid.recipe;

import io.braid.Choices;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kinds of values that a setting can have. A component of any other type is a programming error
 * in the settings record.
 */
sealed interface Kind {
  /** A single word, such as a number, a string or a path. */
  record Single(Word word) implements Kind {}

  /** A constant of an enum. */
  record Constant(Class<?> type) implements Kind {}

  /** A settings record. */
  record Nested(Class<?> type) implements Kind {}

  /** A record that implements an interface; the key {@code type} chooses it. */
  record Choice(Class<?> type) implements Kind {
    Map<String, Class<?>> records() {
      return leaves(type)
          .collect(
              Collectors.toMap(Names::value, each -> each, (a, _) -> a, java.util.TreeMap::new));
    }

    /**
     * Returns the records that an interface permits or lists, directly or through another
     * interface.
     */
    private static Stream<Class<?>> leaves(Class<?> type) {
      return Optional.ofNullable(type.getAnnotation(Choices.class))
          .map(Choices::value)
          .or(() ->
              type.isInterface() && type.isSealed()
                  ? Optional.of(type.getPermittedSubclasses())
                  : Optional.empty())
          .map(choices -> Arrays.stream(choices).flatMap(Choice::leaves))
          .orElseGet(() -> Stream.of(type));
    }

    /** Returns whether a recipe may also name a record of the user's own. */
    boolean open() {
      return type.isAnnotationPresent(Choices.class);
    }

    /**
     * Returns a record's name in a recipe: a word for Braid's own records, the full class name for
     * a user's.
     */
    String nameOf(Class<?> record) {
      return UserClass.is(record, this) ? record.getName() : Names.value(record);
    }

    static boolean is(Class<?> type) {
      return (type.isSealed() || type.isAnnotationPresent(Choices.class))
          && leaves(type).allMatch(Class::isRecord);
    }
  }

  /** A list of values of one type. */
  record Many(Type of) implements Kind {}

  /** A map from arbitrary names to values of one type. */
  record Named(Type of) implements Kind {}

  /** A value that may be absent. */
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
      } else if (Choice.is(plain)) {
        return new Choice(plain);
      }
    }
    throw new IllegalArgumentException("a settings record cannot hold a " + type.getTypeName());
  }
}
