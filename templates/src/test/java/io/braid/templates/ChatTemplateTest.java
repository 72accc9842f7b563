package io.braid.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.templates.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
  @TempDir private static Path directory = Path.of("");

  private static String render(String source) {
    return ChatTemplate.parse(source).render(List.of(ChatMessage.user("hi")), true);
  }

  private static void refuses(String source, String... parts) {
    assertThatThrownBy(() -> render(source))
        .isInstanceOf(TemplateException.class)
        .hasMessageContainingAll(parts);
  }

  @Property(seed = "17")
  void userTextIsNeverParsedAsATemplate(@ForAll String said) {
    ChatTemplate template = ChatTemplate.parse("<{{ messages[0]['content'] }}>");
    for (String text : List.of(said, "{{ 1 }}" + said, said + "{% if %}{# ")) {
      assertThat(template.render(List.of(ChatMessage.user(text)), true))
          .isEqualTo("<" + text + ">");
    }
  }

  @Property(tries = 300, seed = "17")
  void anyTemplateSourceIsEitherRenderedOrRefused(@ForAll List<Piece> pieces) {
    String source = String.join("", pieces.stream().map(piece -> piece.text).toList());
    try {
      assertThat(render(source)).isNotNull();
    } catch (TemplateException e) {
      assertThat(e).hasMessageStartingWith("line ");
    }
  }

  /** Pieces of templates, whole and broken. */
  enum Piece {
    OUTPUT("{{ messages "),
    END("}}"),
    IF("{% if a %}"),
    ENDIF("{% endif %}"),
    FOR("{% for m in messages %}"),
    ENDFOR("{% endfor %}"),
    SET("{% set a = "),
    BLOCK_END("%}"),
    STRING("'x'"),
    QUOTE("\""),
    OPEN("["),
    CLOSE("]"),
    PARENTHESIS("("),
    DOT("."),
    PIPE(" | length "),
    PLUS(" + "),
    NUMBER("1"),
    NOT(" not "),
    IN(" in "),
    IS(" is string "),
    COMMENT("{#"),
    RAW("{% raw %}"),
    TEXT(" text\n");

    private final String text;

    Piece(String text) {
      this.text = text;
    }
  }

  @Test
  void whatIsNotSupportedIsNamedWithItsLine() {
    refuses("a\n\n{% include 'x' %}", "line 3", "include");
    refuses("{{ 1 }}\n{{ 'a'.encode() }}", "line 2", "encode");
    refuses("{{ 1 }}\n\n{{ lipsum() }}", "line 3", "lipsum");
    refuses("{{ 1 }}\n{{ 'www.x.org' | urlize }}", "line 2", "urlize");
    refuses("{{ [1, 2] | random }}", "line 1", "random");
    refuses("{% autoescape true %}{% endautoescape %}", "line 1", "autoescape");
    refuses("{{ ['long words'] * 20 | pprint }}", "line 1");
    refuses("{% for a in [1] %}{{ loop(a) }}{% endfor %}", "line 1", "recursive");
  }

  @Test
  void unreachedCodeRefusesNothing() {
    assertThat(
            render(
                "{% if false %}{% include 'x' %}{{ 'a' | urlize | nosuch }}{{ lipsum() }}"
                    + "{{ 'a'.encode() }}{% autoescape true %}{% endautoescape %}{% endif %}ok"))
        .isEqualTo("ok");
  }

  @Test
  void noOtherFileIsReadAndNothingOfItShown() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "the secret");
    for (String tag :
        List.of(
            "{% extends '%s' %}",
            "{% include '%s' %}",
            "{% include '%s' ignore missing %}",
            "{% import '%s' as x %}",
            "{% from '%s' import x %}")) {
      assertThatThrownBy(() -> render(tag.replace("%s", secret.toString())))
          .isInstanceOf(TemplateException.class)
          .hasMessageNotContaining("the secret");
    }
  }

  @Test
  void anEmptyConversationIsRefused() {
    ChatTemplate template = ChatTemplate.parse("x");
    assertThatThrownBy(() -> template.render(List.of(), true))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void theTemplatesOwnRefusalReachesTheUser() {
    refuses("\n{{ raise_exception('Roles must alternate') }}", "line 2", "Roles must alternate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ 'a' * 100000000 }}",
        "{% set ns = namespace(a='x') %}{% for i in range(100) %}{% set ns.a = ns.a + ns.a %}{%"
            + " endfor %}",
        "{% for i in range(1000) %}{{ 'x' * 100000 }}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% set ns = namespace(a=[]) %}{% for i in range(100) %}{% set ns.a = [ns.a] %}{% endfor"
            + " %}",
        "{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{%"
            + " endfor %}{{ ns.a }}",
        "{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(50) %}{% set ns.a = [ns.a, ns.a]"
            + " %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}",
        "{{ [1] * 1000000000 }}",
        "{{ range(99999) | select('in', range(99999) | list) | list }}",
        "{% set a = 'a' * 9999999 %}{{ a.replace('a', a) }}",
        "{% set a = 'a' * 9999999 %}{% for i in range(99999) %}{% if (a + 'b') in a %}{% endif %}{%"
            + " endfor %}",
        "{{ 9223372036854775807 + 1 }}",
        "{{ 10 ** 100 }}",
        "{% set ns = namespace(a=[]) %}{% for i in range(1000) %}{% set ns.a = ns.a + ['a' *"
            + " 8000000] %}{% endfor %}",
        "{% set ns = namespace(a=[]) %}{% for i in range(1000) %}{% set ns.a = ns.a + ['a' *"
            + " 8000000 | list] %}{% endfor %}",
        "{% set ns = namespace(a=[]) %}{% for i in range(1000) %}{% set ns.a = [ns.a] +"
            + " [range(100000) | list] %}{% endfor %}",
        "{% set ns = namespace(a='x') %}{% for i in range(99) %}{% set ns.a = ns.a ~ ns.a %}{%"
            + " endfor %}",
        "{% set ns = namespace(a='x') %}{% for i in range(99) %}{% set ns.a = [ns.a, ns.a] |"
            + " join('-' * 100000) %}{% endfor %}",
        "{% macro m(i) %}{{ 'a' * 8000000 }}{% if i %}{{ m(i - 1) }}{% endif %}{% endmacro %}{{"
            + " m(50) }}",
        "{% for i in range(99) %}{% set x %}{{ 'é数' * 4000000 }}{% endset %}{% endfor %}",
        "{{ 'a' | center(1000000000) }}",
        "{{ 'a'.ljust(1000000000) }}",
        "{{ '1'.zfill(1000000000) }}",
        "{{ 'a\t'.expandtabs(1000000000) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%.1000000000f' % 1 }}",
        "{{ '%*d' % (1000000000, 1) }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ '{:.100000000f}'.format(1) }}",
        "{{ ('{:{w}}' * 1000).format(*([1] * 1000), w=90000) }}",
        "{{ 'a' | indent(1000000000, true) }}",
        "{{ [[1]] | tojson(indent=1000000000) }}",
        "{{ [1] | batch(1000000000, 'x') | list }}",
        "{{ [1] | slice(1000000000) | list }}",
        "{{ dict(**dict(a='a' * 8000000)) | tojson | tojson | tojson | tojson | tojson | tojson |"
            + " tojson | tojson | tojson | tojson | tojson | tojson | tojson | tojson | tojson |"
            + " tojson }}",
        "{% for i in range(99999) recursive %}{{ loop(range(99999)) }}{% endfor %}",
      })
  void aTemplateThatAsksForTooMuchIsStopped(String source) {
    refuses(source, "line 1");
  }

  @Test
  void aTemplateThatNestsTooDeepIsStopped() {
    refuses("{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}", "nest");
    refuses("{{ " + "not ".repeat(5000) + "1 }}", "nest");
    refuses("{{ " + "-".repeat(5000) + "1 }}", "nest");
    refuses("{{ " + "[".repeat(5000) + "]".repeat(5000) + " }}", "nest");
    refuses("{% if 1 %}".repeat(5000), "nest");
    refuses("{{ 1" + " + 1".repeat(5000) + " }}", "nest");
    refuses("{{ 'a'" + " | trim".repeat(5000) + " }}", "nest");
    refuses("{{ messages" + "[0]".repeat(5000) + " }}", "nest");
    refuses("{{ 1 if " + "1 if ".repeat(5000) + " }}", "line 1");
    refuses("{% set " + "(".repeat(5000) + "a" + ")".repeat(5000) + " = 1 %}", "nest");
    assertThat(render("{{ 1" + " + 1".repeat(300) + " }}")).isEqualTo("301");
    assertThat(render("{{ " + "(".repeat(150) + "1" + ")".repeat(150) + " }}")).isEqualTo("1");
  }

  @Test
  void aLongConversationIsFarFromTheLimits() {
    List<ChatMessage> messages = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      messages.add(ChatMessage.user("question ".repeat(500)));
      messages.add(ChatMessage.assistant("<think>\nso\n</think>\n\n" + "answer ".repeat(500)));
    }
    String source =
        """
        {% for message in messages[::-1] %}{{ loop.index0 - (messages | length) }}{% endfor %}
        {% for message in messages %}
        {% if '</think>' in message.content %}
        {{ message.role + message.content.split('</think>')[-1].lstrip('\\n') }}
        {% else %}{{ message.role ~ message.content | trim }}{% endif %}
        {% if loop.last or messages[loop.index0 + 1].role != 'tool' %};{% endif %}
        {% endfor %}\
        """;
    assertThat(ChatTemplate.parse(source).render(messages, true)).hasSizeGreaterThan(4_000_000);
  }

  @Test
  void theClockIsTheCallers() {
    Clock clock = Clock.fixed(Instant.parse("2024-02-29T12:00:00Z"), ZoneOffset.UTC);
    ChatTemplate template = ChatTemplate.parse("{{ strftime_now('%d %b %Y') }}").at(clock);
    assertThat(template.render(List.of(ChatMessage.user("?")), false)).isEqualTo("29 Feb 2024");
  }

  @Test
  void variablesOfOneRenderingOverrideSharedOnes() {
    ChatTemplate template =
        ChatTemplate.parse("{{ bos_token }}{{ x }}{{ tools is none }}")
            .with(Map.of("bos_token", "<s>", "x", 1));
    assertThat(template.render(List.of(ChatMessage.user("?")), false)).isEqualTo("<s>1True");
    assertThat(template.render(List.of(ChatMessage.user("?")), false, Map.of("x", 2)))
        .isEqualTo("<s>2True");
  }

  @Test
  void aVariableThatIsNoPlainDataIsRefused() {
    ChatTemplate template = ChatTemplate.parse("{{ x }}");
    assertThatThrownBy(
            () -> template.render(List.of(ChatMessage.user("?")), false, Map.of("x", new Object())))
        .isInstanceOf(TemplateException.class);
  }

  @Test
  void aMessageKeepsWhatItWasGiven() {
    ChatMessage call =
        ChatMessage.toolCalls(List.of(Map.of("function", Map.of("name", "f")))).with("id", 7);
    ChatTemplate template =
        ChatTemplate.parse(
            "{% set m = messages[0] %}{{ m.role }} {{ m.content is defined }}"
                + " {{ m.tool_calls[0].function.name }} {{ m.id }}");
    assertThat(template.render(List.of(call), false)).isEqualTo("assistant False f 7");
  }
}
