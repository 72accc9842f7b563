package io.braid.templates.jinja;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A parsed template. It is immutable, and several threads may render it. */
public final class JinjaTemplate {
  private final List<Statement> statements;
  private final boolean strict;

  private JinjaTemplate(List<Statement> statements, boolean strict) {
    this.statements = statements;
    this.strict = strict;
  }

  /**
   * Returns this template in strict mode, which refuses to print an undefined value instead of
   * printing nothing.
   */
  public JinjaTemplate strict() {
    return new JinjaTemplate(statements, true);
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException if a construct is not Jinja or not supported, with its line
   */
  public static JinjaTemplate parse(String source) {
    try {
      return new JinjaTemplate(StatementParser.parse(source), false);
    } catch (SyntaxError e) {
      throw new TemplateException(e.line(), e.what(), e);
    }
  }

  /**
   * Renders the template. Text in variables is never parsed as a template.
   *
   * @param variables strings, booleans, numbers, nulls, and lists and string-keyed maps of these
   * @param clock the clock of {@code strftime_now}
   * @throws TemplateException if an operation fails or a limit is exceeded, with the line
   */
  public String render(Map<String, ?> variables, Clock clock) {
    Interpreter interpreter = new Interpreter(strict);
    try {
      return Work.limited(() -> interpreter.render(statements, scope(variables, clock)));
    } catch (StackOverflowError e) {
      throw new TemplateException(interpreter.line(), "its macros and loops nest too deep", e);
    } catch (Refusal e) {
      throw new TemplateException(interpreter.line(), String.valueOf(e.getMessage()), e);
    }
  }

  private static Scope scope(Map<String, ?> variables, Clock clock) {
    Map<String, Value> values = new HashMap<>(Globals.all(clock));
    variables.forEach((name, value) -> values.put(name, Convert.toValue(value)));
    return Scope.of(values);
  }
}
