package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.ConfigKey;
import io.braid.model.Family;
import io.braid.model.family.Families;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the tables of docs/models.md match the keys read from config.json. */
class ModelsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "models.md");

  @Test
  void thePageListsEveryKeyAsItIsRead() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(page).contains(String.join("\n", rows()));
  }

  @Test
  void thePageHasEveryFamily() throws IOException {
    assertThat(Files.readString(PAGE)).contains(String.join("\n", families()));
  }

  @Test
  void thePageListsTheKeysOfVisionTowers() throws IOException {
    List<String> rows = new ArrayList<>();
    for (Family family : Families.ALL) {
      for (ConfigKey key : family.visionKeys()) {
        rows.add(
            "| `%s` | %s | %s | %s |"
                .formatted(
                    key.name(),
                    key.role().name().toLowerCase(Locale.ROOT),
                    key.absent(),
                    key.meaning()));
      }
    }
    assertThat(rows).isNotEmpty();
    assertThat(Files.readString(PAGE)).contains(String.join("\n", rows));
  }

  @Test
  void noKeyIsListedTwice() {
    List<String> shared = new ArrayList<>(ConfigKey.SHARED.stream().map(ConfigKey::name).toList());
    ConfigKey.HARMLESS.forEach(each -> shared.addAll(each.names()));
    assertThat(shared).doesNotHaveDuplicates();
    for (Family family : Families.ALL) {
      assertThat(family.keys().stream().map(ConfigKey::name)).doesNotHaveDuplicates();
    }
  }

  @Test
  void everyScalingKeyIsOnThePage() throws IOException {
    String page = Files.readString(PAGE);
    RopeJson.TYPES.forEach((type, keys) -> {
      assertThat(page).contains("`" + type + "`");
      keys.forEach(key -> assertThat(page).contains("`" + key + "`"));
    });
  }

  /** Checks that the code reads every key that the table calls used. */
  @Test
  void everyUsedKeyIsRead() throws IOException {
    Set<String> read = new HashSet<>();
    Pattern quoted = Pattern.compile("\"([a-z_]+)\"");
    for (String source : List.of("ConfigJson", "RopeJson", "ModelDirectory", "TokenIds")) {
      Matcher matcher =
          quoted.matcher(
              Files.readString(Path.of("src/main/java/io/braid/checkpoint", source + ".java")));
      while (matcher.find()) {
        read.add(matcher.group(1));
      }
    }
    for (ConfigKey key : ConfigKey.SHARED) {
      if (key.role() == ConfigKey.Role.USED) {
        assertThat(read).as("keys that are read").contains(key.name());
      }
    }
  }

  private static List<String> rows() {
    List<String> rows = new ArrayList<>();
    rows.add("| key | | default if missing; for refused keys, the values allowed | meaning |");
    rows.add("| --- | --- | --- | --- |");
    Map<ConfigKey, List<String>> titles = new LinkedHashMap<>();
    for (ConfigKey key : ConfigKey.SHARED) {
      if (key.role() != ConfigKey.Role.REFUSED) {
        titles.put(key, List.of());
      }
    }
    for (Family family : Families.ALL) {
      family
          .keys()
          .forEach(key -> titles.merge(key, List.of(family.title()), ModelsPageTest::joined));
    }
    for (ConfigKey key : ConfigKey.SHARED) {
      titles.putIfAbsent(key, List.of());
    }
    titles.forEach((key, families) ->
        rows.add(
            "| `%s`%s | %s | %s | %s |"
                .formatted(
                    key.name(),
                    families.isEmpty() || families.size() == Families.ALL.size()
                        ? ""
                        : " (" + String.join(", ", families) + ")",
                    key.role().name().toLowerCase(Locale.ROOT),
                    key.role() == ConfigKey.Role.REFUSED ? off(key.off()) : key.absent(),
                    key.meaning())));
    for (ConfigKey.Harmless each : ConfigKey.HARMLESS) {
      rows.add(
          "| %s | harmless | | %s |"
              .formatted(
                  each.names().stream().map(n -> "`" + n + "`").collect(Collectors.joining(", ")),
                  each.about()));
    }
    return rows;
  }

  /** What the shared keys mean when they are missing, by family. */
  private static List<String> families() {
    List<String> rows = new ArrayList<>();
    rows.add(
        "| family | `model_type` | activation | `num_key_value_heads` | `head_dim` |"
            + " `tie_word_embeddings` | `rope_theta` |");
    rows.add("| --- | --- | --- | --- | --- | --- | --- |");
    for (Family family : Families.ALL) {
      Family.Usual usual = family.usual();
      rows.add(
          "| %s | `%s` | `%s` | %s; null: %s | %s; null: %s | %s | %s |"
              .formatted(
                  family.title(),
                  family.type(),
                  String.join("` or `", family.activation().names()),
                  usual.kvHeads().isPresent()
                      ? String.valueOf(usual.kvHeads().getAsInt())
                      : "`num_attention_heads`",
                  usual.kvHeadsMayBeNull() ? "`num_attention_heads`" : "refused",
                  usual.headDim().isPresent()
                      ? String.valueOf(usual.headDim().getAsInt())
                      : "`hidden_size / num_attention_heads`",
                  usual.headDimMayBeNull() ? "as if missing" : "refused",
                  usual.tied(),
                  String.valueOf((long) usual.theta())));
    }
    return rows;
  }

  private static List<String> joined(List<String> one, List<String> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private static String off(ConfigKey.Off off) {
    return switch (off) {
      case NULL -> "null";
      case EMPTY -> "null, false, 0, empty";
      case ONE -> "null, false, 0, 1, empty";
    };
  }
}
