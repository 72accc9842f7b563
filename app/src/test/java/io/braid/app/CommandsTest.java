package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Which commands are built, and that it makes no difference to what is printed. */
class CommandsTest {
  /** All commands, built. */
  private static CommandLine all() {
    return Braid.line("a word that names no command");
  }

  static List<String> names() {
    return List.copyOf(all().getSubcommands().keySet());
  }

  @Test
  void helpListsWhatTheCommandsSayOfThemselves() {
    assertThat(Terminal.here("--help").out()).isEqualTo(all().getUsageMessage());
    assertThat(Terminal.here().out()).isEqualTo(all().getUsageMessage());
    assertThat(names()).contains("quickstart", "verify", "doctor").hasSizeGreaterThan(15);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aCommandIsBuiltAlone(String name) {
    assertThat(Braid.line(name, "--help").getSubcommands()).containsOnlyKeys(name);
    assertThat(Braid.line("--cuda", name, "--help").getSubcommands()).containsOnlyKeys(name);
    assertThat(Terminal.here(name, "--help").out())
        .isEqualTo(Objects.requireNonNull(all().getSubcommands().get(name)).getUsageMessage());
  }

  @Test
  void aMisspeltCommandIsToldTheNearest() {
    assertThat(Terminal.here("verfy").err()).contains("did you mean", "verify");
    assertThat(Terminal.here("verfy", "--gold", "1").err()).contains("did you mean", "verify");
  }

  @Test
  void helpBeforeACommandIsTheHelpOfAll() {
    assertThat(Terminal.here("--help", "verify", "--gold", "1").out())
        .isEqualTo(all().getUsageMessage());
  }
}
