package io.braid.templates.jinja;

import io.braid.templates.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses statements, tag by tag. */
final class StatementParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private int loops;

  private StatementParser(Tokens tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  static List<Statement> parse(String source) {
    if (source.length() > Limits.SOURCE) {
      throw new SyntaxError("the template is longer than " + Limits.SOURCE + " characters", 1);
    }
    StatementParser parser = new StatementParser(new Tokens(Lexer.tokens(source)));
    List<Statement> template = parser.body(Set.of());
    parser.expressions.unknowns().refuse();
    return template;
  }

  /**
   * Parses statements up to one of these tags, which is not consumed, or to the end of the
   * template.
   */
  private List<Statement> body(Set<String> ends) {
    tokens.enter();
    int line = tokens.line();
    List<Statement> body = new ArrayList<>();
    while (true) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> body.add(new Statement.Data(token.text()));
        case OUTPUT_BEGIN -> {
          body.add(new Statement.Output(expressions.tuple(true)));
          tokens.expect(Kind.OUTPUT_END, "'}}'");
        }
        case BLOCK_BEGIN -> {
          if (tokens.current().kind() == Kind.NAME && ends.contains(tokens.current().text())) {
            tokens.leave();
            return body;
          }
          body.add(statement());
        }
        default -> {
          if (!ends.isEmpty()) {
            throw new SyntaxError(
                "a block that begins here lacks its '" + ends.stream().sorted().toList() + "'",
                line);
          }
          tokens.leave();
          return body;
        }
      }
    }
  }

  private Statement statement() {
    int line = tokens.line();
    String tag = tokens.expectName();
    return switch (tag) {
      case "if" -> condition();
      case "for" -> loop(line);
      case "set" -> assignment(line);
      case "macro" -> macro();
      case "call" -> callBlock(line);
      case "with" -> with();
      case "block" -> block();
      case "autoescape" -> autoescape();
      case "print" -> print();
      case "include", "import", "from", "extends" -> otherTemplate(tag, line);
      case "filter" -> filterBlock(line);
      case "generation" -> generation(line);
      case "break" -> {
        leaveLoop(tag, line);
        yield new Statement.Break();
      }
      case "continue" -> {
        leaveLoop(tag, line);
        yield new Statement.Continue();
      }
      default -> throw new SyntaxError("the tag '" + tag + "' is not supported", line);
    };
  }

  private void leaveLoop(String tag, int line) {
    if (loops == 0) {
      throw new SyntaxError("'" + tag + "' stands outside of a loop", line);
    }
    endTag();
  }

  private void endTag() {
    tokens.expect(Kind.BLOCK_END, "'%}'");
  }

  /** Parses a body and its end tag, which is consumed. */
  private List<Statement> bodyUntil(String end) {
    List<Statement> body = body(Set.of(end));
    tokens.next();
    endTag();
    return body;
  }

  private Statement condition() {
    List<Statement.Branch> branches = new ArrayList<>();
    int mark = expressions.unknowns().mark();
    while (true) {
      Expression test = expressions.tuple(false);
      endTag();
      branches.add(new Statement.Branch(test, body(Set.of("elif", "else", "endif"))));
      String next = tokens.expectName();
      if (next.equals("elif")) {
        continue;
      }
      endTag();
      List<Statement> otherwise = next.equals("else") ? bodyUntil("endif") : List.of();
      expressions.unknowns().forgive(mark);
      return new Statement.If(branches, otherwise);
    }
  }

  private Statement loop(int line) {
    Statement.Target target = target(false);
    if (!tokens.takeName("in")) {
      throw tokens.unexpected("'in'");
    }
    Expression items = expressions.tuple(false);
    int mark = expressions.unknowns().mark();
    Optional<Expression> filter =
        tokens.takeName("if") ? Optional.of(expressions.expression()) : Optional.empty();
    boolean recursive = tokens.takeName("recursive");
    endTag();
    loops++;
    List<Statement> body = body(Set.of("else", "endfor"));
    loops--;
    String next = tokens.expectName();
    endTag();
    List<Statement> otherwise = next.equals("else") ? bodyUntil("endfor") : List.of();
    expressions.unknowns().keep(mark);
    return new Statement.For(target, items, filter, body, otherwise, recursive, line);
  }

  private Statement assignment(int line) {
    Statement.Target target = target(true);
    if (tokens.takeOperator("=")) {
      Expression value = expressions.tuple(true);
      endTag();
      return new Statement.Set(target, value);
    }
    int mark = expressions.unknowns().mark();
    Expression value = filtersOfBody(line);
    endTag();
    Statement capture = new Statement.Capture(Optional.of(target), value, inner("endset"));
    expressions.unknowns().keep(mark);
    return capture;
  }

  private Expression filtersOfBody(int line) {
    Expression value = new Expression.Name(Statement.Capture.BODY, line);
    while (tokens.takeOperator("|")) {
      value = expressions.filter(value, line);
    }
    return value;
  }

  private Statement filterBlock(int line) {
    int mark = expressions.unknowns().mark();
    Expression value = expressions.filter(new Expression.Name(Statement.Capture.BODY, line), line);
    while (tokens.takeOperator("|")) {
      value = expressions.filter(value, line);
    }
    endTag();
    Statement capture = new Statement.Capture(Optional.empty(), value, inner("endfilter"));
    expressions.unknowns().keep(mark);
    return capture;
  }

  /** Parses a tag that transformers puts around the model's text; it renders as its body. */
  private Statement generation(int line) {
    endTag();
    return new Statement.Capture(
        Optional.empty(),
        new Expression.Name(Statement.Capture.BODY, line),
        inner("endgeneration"));
  }

  /** Parses a separate body, which {@code break} and {@code continue} cannot leave. */
  private List<Statement> inner(String end) {
    int outer = loops;
    loops = 0;
    int mark = expressions.unknowns().mark();
    List<Statement> body = bodyUntil(end);
    expressions.unknowns().keep(mark);
    loops = outer;
    return body;
  }

  private Statement macro() {
    String name = tokens.expectName();
    tokens.expectOperator("(");
    return macro(name, "endmacro");
  }

  /** Parses the rest of a macro, after the opening parenthesis of its parameters. */
  private Statement.Macro macro(String name, String end) {
    int mark = expressions.unknowns().mark();
    List<Statement.Parameter> parameters = parameters();
    expressions.unknowns().keep(mark);
    endTag();
    return macroBody(name, parameters, end);
  }

  private List<Statement.Parameter> parameters() {
    List<Statement.Parameter> parameters = new ArrayList<>();
    while (!tokens.takeOperator(")")) {
      String parameter = tokens.expectName();
      Optional<Expression> otherwise =
          tokens.takeOperator("=") ? Optional.of(expressions.expression()) : Optional.empty();
      parameters.add(new Statement.Parameter(parameter, otherwise));
      if (!tokens.isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return parameters;
  }

  private Statement.Macro macroBody(String name, List<Statement.Parameter> parameters, String end) {
    int first = expressions.names().size();
    List<Statement> body = inner(end);
    List<String> names = expressions.names();
    return new Statement.Macro(
        name, parameters, body, Set.copyOf(names.subList(first, names.size())));
  }

  private Statement callBlock(int line) {
    List<Statement.Parameter> parameters = tokens.takeOperator("(") ? parameters() : List.of();
    if (!(expressions.expression() instanceof Expression.Call call)) {
      throw new SyntaxError("expected a call behind 'call'", line);
    }
    endTag();
    return new Statement.CallBlock(call, macroBody("caller", parameters, "endcall"));
  }

  private Statement with() {
    List<Statement.Set> names = new ArrayList<>();
    while (tokens.current().kind() != Kind.BLOCK_END) {
      if (!names.isEmpty()) {
        tokens.expectOperator(",");
      }
      Statement.Target target = target(false);
      tokens.expectOperator("=");
      names.add(new Statement.Set(target, expressions.expression()));
    }
    endTag();
    int mark = expressions.unknowns().mark();
    List<Statement> body = bodyUntil("endwith");
    expressions.unknowns().keep(mark);
    return new Statement.With(names, body);
  }

  private Statement block() {
    String name = tokens.expectName();
    boolean scoped = tokens.takeName("scoped");
    tokens.takeName("required");
    endTag();
    int outer = loops;
    loops = 0;
    int mark = expressions.unknowns().mark();
    List<Statement> body = body(Set.of("endblock"));
    expressions.unknowns().keep(mark);
    loops = outer;
    tokens.next();
    tokens.takeName(name);
    endTag();
    return new Statement.Block(body, scoped);
  }

  private Statement autoescape() {
    Expression on = expressions.expression();
    endTag();
    return new Statement.Autoescape(on, inner("endautoescape"));
  }

  /** Parses a tag that prints several values. */
  private Statement print() {
    int line = tokens.line();
    List<Expression> values = new ArrayList<>();
    do {
      values.add(expressions.expression());
    } while (tokens.takeOperator(","));
    endTag();
    return new Statement.Output(new Expression.Joined(values, line));
  }

  /**
   * Parses a tag that reads another template. It causes an error only when it is reached, since it
   * may be in a branch that is never taken.
   */
  private Statement otherTemplate(String tag, int line) {
    expressions.expression();
    while (tokens.current().kind() == Kind.NAME || tokens.isOperator(",")) {
      tokens.next();
    }
    endTag();
    return new Statement.OtherTemplate(tag, line);
  }

  private Statement.Target target(boolean withNamespace) {
    int line = tokens.line();
    List<Statement.Target> targets = new ArrayList<>(List.of(oneTarget(withNamespace)));
    boolean several = false;
    while (tokens.takeOperator(",")) {
      several = true;
      if (tokens.current().kind() != Kind.NAME && !tokens.isOperator("(")) {
        break;
      }
      targets.add(oneTarget(withNamespace));
    }
    return several ? new Statement.Target.Several(targets, line) : targets.getFirst();
  }

  private Statement.Target oneTarget(boolean withNamespace) {
    int line = tokens.line();
    tokens.enter();
    try {
      if (tokens.takeOperator("(")) {
        Statement.Target inner = target(withNamespace);
        tokens.expectOperator(")");
        return inner;
      }
      String name = tokens.expectName();
      if (Set.of("true", "false", "none", "True", "False", "None").contains(name)) {
        throw new SyntaxError("'" + name + "' cannot be assigned to", line);
      }
      if (withNamespace && tokens.takeOperator(".")) {
        return new Statement.Target.Member(name, tokens.expectName(), line);
      }
      return new Statement.Target.Name(name);
    } finally {
      tokens.leave();
    }
  }
}
