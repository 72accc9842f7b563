package io.braid.templates.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JinjaTemplateTest {
  private static final Clock EPOCH = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private static String render(String source, Map<String, ?> variables) {
    return JinjaTemplate.parse(source).render(variables, EPOCH);
  }

  private static TemplateException refused(String source) {
    return catchThrowableOfType(TemplateException.class, () -> render(source, Map.of()));
  }

  @Test
  void variablesAreData() {
    Map<String, ?> variables = Map.of("name", "{{ 1 }}", "list", List.of(1, 2.5, true));
    assertThat(render("{{ name }} {{ list }}", variables)).isEqualTo("{{ 1 }} [1, 2.5, True]");
  }

  @Test
  void anUndefinedValuePrintsNothingUnlessStrict() {
    JinjaTemplate template = JinjaTemplate.parse("a{{ nobody }}b");
    assertThat(template.render(Map.of(), EPOCH)).isEqualTo("ab");
    TemplateException refused =
        catchThrowableOfType(
            TemplateException.class, () -> template.strict().render(Map.of(), EPOCH));
    assertThat(refused).hasMessageContaining("nobody");
  }

  @Test
  void anErrorHasItsLineAndAMessageForTheTemplatesName() {
    TemplateException parsing = refused("a\n{% if %}");
    assertThat(parsing.line()).hasValue(2);
    assertThat(parsing).hasMessage("line 2: " + parsing.problem());
    assertThat(parsing.messageFor("My template"))
        .isEqualTo("My template, line 2: " + parsing.problem());
    assertThat(refused("a\n\n{{ 1 / 0 }}").line()).hasValue(3);
  }

  @Test
  void anErrorMayHaveNoLine() {
    TemplateException error = new TemplateException("nothing to render");
    assertThat(error.line()).isEmpty();
    assertThat(error).hasMessage("nothing to render");
    assertThat(error.messageFor("My template")).isEqualTo("My template: nothing to render");
  }

  @Test
  void aTemplateIsRenderedAgainWithoutATrace() {
    JinjaTemplate template = JinjaTemplate.parse("{% set n = n + 1 %}{{ n }}");
    assertThat(template.render(Map.of("n", 1), EPOCH)).isEqualTo("2");
    assertThat(template.render(Map.of("n", 1), EPOCH)).isEqualTo("2");
  }
}
