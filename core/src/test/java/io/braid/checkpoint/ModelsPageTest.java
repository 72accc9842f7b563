package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.ModelConfig.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of docs/models.md are those by which config.json is read. */
class ModelsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "models.md");

  @Test
  void thePageHasEveryKeyAsItIsRead() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(page).contains(String.join("\n", rows()));
  }

  @Test
  void noKeyIsListedTwice() {
    List<String> names = new ArrayList<>(ConfigKey.KNOWN.stream().map(ConfigKey::name).toList());
    ConfigKey.HARMLESS.forEach(each -> names.addAll(each.names()));
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void everyKeyOfAScalingIsOnThePage() throws IOException {
    String page = Files.readString(PAGE);
    RopeJson.TYPES.forEach((type, keys) -> {
      assertThat(page).contains("`" + type + "`");
      keys.forEach(key -> assertThat(page).contains("`" + key + "`"));
    });
  }

  /** What the code reads by name is in the table, and what the table says is used is read. */
  @Test
  void whatIsReadIsDeclared() throws IOException {
    Set<String> read = new HashSet<>();
    Pattern quoted = Pattern.compile("\"([a-z_]+)\"");
    for (String source :
        List.of("ConfigJson", "RopeJson", "SlidingLayers", "ModelDirectory", "TokenIds")) {
      Matcher matcher =
          quoted.matcher(
              Files.readString(Path.of("src/main/java/io/braid/checkpoint", source + ".java")));
      while (matcher.find()) {
        read.add(matcher.group(1));
      }
    }
    for (ConfigKey key : ConfigKey.KNOWN) {
      if (key.role() == ConfigKey.Role.USED) {
        assertThat(read).as("keys that are read").contains(key.name());
      }
    }
  }

  private static List<String> rows() {
    List<String> rows = new ArrayList<>();
    rows.add("| key | | when it is missing; if refused, what it may be | what it is |");
    rows.add("| --- | --- | --- | --- |");
    for (ConfigKey key : ConfigKey.KNOWN) {
      rows.add(
          "| `%s`%s | %s | %s | %s |"
              .formatted(
                  key.name(),
                  families(key.families()),
                  key.role().name().toLowerCase(Locale.ROOT),
                  key.role() == ConfigKey.Role.REFUSED ? off(key.off()) : key.absent(),
                  key.meaning()));
    }
    for (ConfigKey.Harmless each : ConfigKey.HARMLESS) {
      rows.add(
          "| %s | harmless | | %s |"
              .formatted(
                  each.names().stream().map(n -> "`" + n + "`").collect(Collectors.joining(", ")),
                  each.about()));
    }
    return rows;
  }

  private static String families(Set<Family> families) {
    return families.equals(EnumSet.allOf(Family.class))
        ? ""
        : Stream.of(Family.values())
            .filter(families::contains)
            .map(f -> f.name().charAt(0) + f.name().substring(1).toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ", " (", ")"));
  }

  private static String off(ConfigKey.Off off) {
    return switch (off) {
      case NULL -> "null";
      case EMPTY -> "null, false, 0, empty";
      case ONE -> "null, false, 0, 1, empty";
    };
  }
}
