package io.braid.app.commands;

import io.braid.SettingError;
import io.braid.UserError;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Names settings as the command at hand does. What a recipe calls {@code asking.system} is the
 * option {@code --system} of a command that reads no recipe, and an error must name that.
 */
public final class OptionNames {
  /** A setting of {@code asking} in a sentence, with the value that the sentence proposes. */
  private static final Pattern ASKING =
      Pattern.compile("\\basking\\.(?<key>[a-z_]+)(?:: (?<value>'[^']*'|[a-z]+))?");

  /** Keys whose option has another name. */
  private static final Map<String, String> OTHERS = Map.of("variables", "--template-variable");

  private OptionNames() {}

  /** The message of an error, with the options of a command in place of the keys of a recipe. */
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

  /** The option that sets a key; of a nested key the last part names it. */
  private static Optional<String> option(String key, CommandSpec command) {
    String last = key.substring(key.lastIndexOf('.') + 1);
    String name = OTHERS.getOrDefault(last, "--" + last.replace('_', '-'));
    return Optional.ofNullable(command.findOption(name)).map(_ -> name);
  }
}
