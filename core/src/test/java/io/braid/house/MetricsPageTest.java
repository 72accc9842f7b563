package io.braid.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.braid.Metric;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/metrics.md} is made from the declarations. {@code -Dbraid.write.pages=true} writes it
 * anew: {@code ./mvnw -pl core test -Dtest=MetricsPageTest -Dsurefire.failIfNoSpecifiedTests=false
 * -DargLine=-Dbraid.write.pages=true}.
 */
class MetricsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "metrics.md");
  private static final JavaClasses HOUSE =
      new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.braid");

  /** Sections by the rooms that declare; a metric of any other room stands under the last one. */
  private static final Map<String, List<String>> SECTIONS = sections();

  private static final String OTHERS = "Others";

  private static final String HEAD =
      """
      # Metrics

      <!-- Made from the declarations in the code (io.braid.Metric) by MetricsPageTest: do not edit. -->

      A training run writes one line of metrics per step to `metrics.jsonl`, and the same metrics to TensorBoard files; the table of a running command shows some of them. An evaluation writes its metrics to its results. The code declares each metric where it is computed, with its unit and its meaning. This page is generated from these declarations.

      - A metric that was not measured is absent, never 0, and its curve has a gap. `null` (NaN in TensorBoard) means that the measured value is not finite.
      - A metric covers all responses of the step, or it is absent.
      - Names are in snake case. A name ends in `_frac` if the metric is a fraction between 0 and 1, and in `_seconds` if it is a time. The times of consecutive phases add up to about `step_seconds`.
      """;

  private static Map<String, List<String>> sections() {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    sections.put("Responses and rewards", List.of("verify", "rollout", "sampling"));
    sections.put("Training", List.of("train", "run.train"));
    sections.put("Losses", List.of("objective"));
    sections.put("Flow rewards", List.of("flow"));
    sections.put("Evaluation", List.of("eval"));
    sections.put(OTHERS, List.of());
    return sections;
  }

  @Test
  void thePageIsWhatTheCodeDeclares() throws Exception {
    String page = page();
    if (Boolean.getBoolean("braid.write.pages")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE)
        .as("rewrite it with -Dbraid.write.pages=true, as the Javadoc of this test says")
        .content()
        .isEqualTo(page);
  }

  @Test
  void namesAreDeclaredOnce() throws Exception {
    assertThat(declared().values().stream().flatMap(List::stream).map(Metric::name))
        .doesNotHaveDuplicates();
  }

  /** So that none is missing on the page. */
  @Test
  void metricsAreDeclaredInStaticFieldsOnly() {
    List<String> elsewhere = new ArrayList<>();
    for (JavaClass each : HOUSE) {
      for (JavaMethodCall call : each.getMethodCallsFromSelf()) {
        boolean declares =
            call.getTargetOwner().isEquivalentTo(Metric.class) && call.getName().equals("declare");
        boolean helper =
            call.getOrigin().getName().equals("metric")
                || call.getOrigin().getName().equals("seconds");
        if (declares && !(call.getOrigin() instanceof JavaStaticInitializer) && !helper) {
          elsewhere.add(call.getDescription());
        }
      }
    }
    assertThat(elsewhere).isEmpty();
  }

  private static String page() throws ReflectiveOperationException {
    StringBuilder page = new StringBuilder(HEAD);
    declared()
        .forEach((section, metrics) -> {
          if (!metrics.isEmpty()) {
            page.append(
                "\n## %s\n\n| metric | unit | meaning |\n| --- | --- | --- |\n".formatted(section));
            metrics.forEach(metric ->
                page.append(
                    "| `%s` | %s | %s |\n"
                        .formatted(metric.name(), metric.unit().sign(), metric.meaning())));
          }
        });
    return page.toString();
  }

  /** Metrics by section, in the order of rooms, classes and fields. */
  private static Map<String, List<Metric>> declared() throws ReflectiveOperationException {
    Map<String, List<Metric>> bySection = new LinkedHashMap<>();
    SECTIONS.keySet().forEach(section -> bySection.put(section, new ArrayList<>()));
    for (Map.Entry<String, List<String>> section : SECTIONS.entrySet()) {
      for (String room : section.getValue()) {
        for (Class<?> each : classes(room)) {
          bySection.getOrDefault(section.getKey(), new ArrayList<>()).addAll(metrics(each));
        }
      }
    }
    List<Class<?>> known =
        SECTIONS.values().stream()
            .flatMap(List::stream)
            .<Class<?>>flatMap(room -> classes(room).stream())
            .toList();
    for (Class<?> each : classes("")) {
      if (!known.contains(each)) {
        bySection.getOrDefault(OTHERS, new ArrayList<>()).addAll(metrics(each));
      }
    }
    return bySection;
  }

  /** The classes of a room and the rooms in it that declare metrics, by name. */
  private static List<Class<?>> classes(String room) {
    String start = room.isEmpty() ? "io.braid." : "io.braid." + room + ".";
    return HOUSE.stream()
        .filter(each -> each.getName().startsWith(start))
        .filter(each ->
            each.getFields().stream()
                .anyMatch(field -> field.getRawType().isEquivalentTo(Metric.class)))
        .sorted(Comparator.comparing(JavaClass::getName))
        .<Class<?>>map(JavaClass::reflect)
        .toList();
  }

  private static List<Metric> metrics(Class<?> type) throws IllegalAccessException {
    List<Metric> metrics = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (field.getType() == Metric.class && Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        metrics.add((Metric) field.get(null));
      }
    }
    return metrics;
  }
}
