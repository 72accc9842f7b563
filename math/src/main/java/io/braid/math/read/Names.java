package io.braid.math.read;

import io.braid.math.value.Expr.Operation;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Commands of TeX and words of plain answers, with their meanings. */
public final class Names {
  private static final WordLists LISTS = WordLists.of(Names.class);

  /** Names of functions. */
  public static final Map<String, Operation> FUNCTIONS =
      LISTS.meanings("Names.FUNCTIONS").entrySet().stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  Map.Entry::getKey, entry -> Operation.valueOf(entry.getValue())));

  /** Letters that name functions if a number or another letter follows in brackets. */
  static final Set<String> FUNCTION_LETTERS = LISTS.set("Names.FUNCTION_LETTERS");

  /** Commands whose content is words or letters in another typeface. */
  static final Set<String> TEXT = LISTS.set("Names.TEXT");

  /** Accents, which change the letter below them into another letter. */
  static final Set<String> ACCENTS = LISTS.set("Names.ACCENTS");

  /** Commands for relations, with their meanings. */
  static final Map<String, String> RELATIONS = LISTS.meanings("Names.RELATIONS");

  /** Commands for operators, with their meanings. */
  static final Map<String, String> OPERATORS = LISTS.meanings("Names.OPERATORS");

  static final Map<String, String> OPEN = LISTS.meanings("Names.OPEN");

  static final Map<String, String> CLOSE = LISTS.meanings("Names.CLOSE");

  static final Set<String> COMMANDS = LISTS.set("Names.COMMANDS");

  private static final Set<String> LETTERS = LISTS.set("Names.LETTERS");

  /** Commands that have no meaning here. They are not known commands with letters attached. */
  static final Set<String> OTHERS = LISTS.set("Names.OTHERS");

  private Names() {}

  static boolean isCommand(String name) {
    return FUNCTIONS.containsKey(name)
        || TEXT.contains(name)
        || ACCENTS.contains(name)
        || RELATIONS.containsKey(name)
        || OPERATORS.containsKey(name)
        || OPEN.containsKey(name)
        || CLOSE.containsKey(name)
        || COMMANDS.contains(name)
        || LETTERS.contains(name)
        || Set.of("left", "right", "cup", "cap", "begin", "end", "quad", "qquad").contains(name);
  }
}
