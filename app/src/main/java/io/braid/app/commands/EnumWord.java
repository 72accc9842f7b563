package io.braid.app.commands;

import io.braid.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts the value of an option, such as {@code minmax}, to an enum constant. The value is the
 * word that recipes use for the constant.
 */
public final class EnumWord implements ITypeConverter<Object> {
  private final List<?> constants;

  private EnumWord(Class<?> type) {
    this.constants = List.of(type.getEnumConstants());
  }

  /** Registers this converter for the enum options of all commands. */
  public static void register(CommandLine command) {
    command.getCommandSpec().args().stream()
        .flatMap(EnumWord::types)
        .filter(Class::isEnum)
        .distinct()
        .forEach(type -> registerOne(command, type));
    command.getSubcommands().values().forEach(EnumWord::register);
  }

  @SuppressWarnings("unchecked") // the converter makes constants of that very type
  private static <T> void registerOne(CommandLine command, Class<T> type) {
    command.registerConverter(type, (ITypeConverter<T>) new EnumWord(type));
  }

  private static Stream<Class<?>> types(ArgSpec argument) {
    return Arrays.stream(argument.auxiliaryTypes());
  }

  @Override
  public Object convert(String word) {
    List<String> words = constants.stream().map(EnumWord::word).toList();
    int index = words.indexOf(word.toLowerCase(Locale.ROOT));
    if (index < 0) {
      throw new TypeConversionException(
          "expected one of "
              + String.join(", ", words)
              + " but was '"
              + word
              + "'"
              + Nearest.to(word, words).map(near -> "; did you mean '" + near + "'?").orElse(""));
    }
    return constants.get(index);
  }

  private static String word(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
