package io.braid.app.commands;

import io.braid.SettingError;
import io.braid.UserError;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Replaces the recipe keys in error messages with a command's options. In a command that reads no
 * recipe, the recipe's key {@code asking.system} is the option {@code --system}, and an error must
 * name the option.
 */
public final class OptionNames {
  /**
   * A key of {@code asking} in a sentence, including the value that the sentence suggests, if any.
   */
  private static final Pattern ASKING =
      Pattern.compile("\\basking\\.(?<key>[a-z_]+)(?:: (?<value>'[^']*'|[a-z]+))?");

  /** Options whose name does not follow from the key. */
  private static final Map<String, String> OTHERS = Map.of("variables", "--template-variable");

  /** Options that have another name in commands in which the usual name means something else. */
  private static final Map<String, String> OTHER_NAMES = Map.of("prompt", "--format");

  private OptionNames() {}

  /** Returns an error's message with a command's options in place of recipe keys. */
  public static String message(UserError error, CommandSpec command) {
    if (error instanceof SettingError setting) {
      return option(setting.key(), command).orElse(setting.key())
          + ": "
          + hints(setting.complaint(), command);
    }
    return hints(String.valueOf(error.getMessage()), command);
  }

  private static String hints(String text, CommandSpec command) {
    return ASKING
        .matcher(text)
        .replaceAll(found ->
            Matcher.quoteReplacement(
                option(found.group("key"), command)
                    .map(option ->
                        found.group("value") == null ? option : option + " " + found.group("value"))
                    .orElse(found.group())));
  }

  /** Returns the option that sets a key; the last part of a nested key determines its name. */
  private static Optional<String> option(String key, CommandSpec command) {
    String last = key.substring(key.lastIndexOf('.') + 1);
    String name = OTHERS.getOrDefault(last, "--" + last.replace('_', '-'));
    return Stream.of(OTHER_NAMES.getOrDefault(last, name), name)
        .filter(each -> command.findOption(each) != null)
        .findFirst();
  }
}
