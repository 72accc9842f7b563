package io.braid.templates.jinja;

import io.braid.templates.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Parses expressions. Each method parses one level of precedence, lowest first. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<Kind> ARGUMENT_BEGINS =
      Set.of(Kind.NAME, Kind.STRING, Kind.WHOLE, Kind.REAL);

  private final Tokens tokens;
  private final Unknowns unknowns = new Unknowns();
  private final List<String> names = new ArrayList<>();

  ExpressionParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Returns the unknown filters and tests. */
  Unknowns unknowns() {
    return unknowns;
  }

  /** Returns the variables that were read so far, in order. */
  List<String> names() {
    return names;
  }

  /** Parses an expression, or a tuple of expressions separated by commas. */
  Expression tuple(boolean withChoice) {
    int line = tokens.line();
    Expression first = withChoice ? expression() : or();
    if (!tokens.isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.takeOperator(",") && !endsTuple()) {
      items.add(withChoice ? expression() : or());
    }
    return new Expression.Listing(items, true, line);
  }

  private boolean endsTuple() {
    Kind kind = tokens.current().kind();
    return kind == Kind.OUTPUT_END || kind == Kind.BLOCK_END || tokens.isOperator(")");
  }

  Expression expression() {
    tokens.enter();
    int line = tokens.line();
    int mark = unknowns.mark();
    Expression value = or();
    while (tokens.takeName("if")) {
      Expression test = or();
      Optional<Expression> otherwise =
          tokens.takeName("else") ? Optional.of(expression()) : Optional.empty();
      value = new Expression.Choice(test, value, otherwise, line);
      unknowns.forgive(mark);
    }
    tokens.leave();
    return value;
  }

  Expression or() {
    int line = tokens.line();
    Expression left = and();
    while (tokens.takeName("or")) {
      left = new Expression.Logical(false, left, and(), line);
    }
    return left;
  }

  private Expression and() {
    int line = tokens.line();
    Expression left = not();
    while (tokens.takeName("and")) {
      left = new Expression.Logical(true, left, not(), line);
    }
    return left;
  }

  private Expression not() {
    int line = tokens.line();
    if (!tokens.takeName("not")) {
      return comparison();
    }
    tokens.enter();
    Expression not = new Expression.Not(not(), line);
    tokens.leave();
    return not;
  }

  private Expression comparison() {
    int line = tokens.line();
    Expression first = sum();
    List<Expression.Comparison> others = new ArrayList<>();
    while (true) {
      if (tokens.current().kind() == Kind.OPERATOR
          && COMPARISONS.contains(tokens.current().text())) {
        others.add(new Expression.Comparison(tokens.next().text(), sum()));
      } else if (tokens.takeName("in")) {
        others.add(new Expression.Comparison("in", sum()));
      } else if (tokens.isName("not") && tokens.ahead().is(Kind.NAME, "in")) {
        tokens.next();
        tokens.next();
        others.add(new Expression.Comparison("not in", sum()));
      } else {
        return others.isEmpty() ? first : new Expression.Compared(first, others, line);
      }
    }
  }

  private Expression sum() {
    int line = tokens.line();
    Expression left = joined();
    while (tokens.isOperator("+") || tokens.isOperator("-")) {
      left = new Expression.Binary(tokens.next().text(), left, joined(), line);
    }
    return left;
  }

  private Expression joined() {
    int line = tokens.line();
    Expression first = product();
    if (!tokens.isOperator("~")) {
      return first;
    }
    List<Expression> operands = new ArrayList<>(List.of(first));
    while (tokens.takeOperator("~")) {
      operands.add(product());
    }
    return new Expression.Joined(operands, line);
  }

  private Expression product() {
    int line = tokens.line();
    Expression left = power();
    while (tokens.isOperator("*")
        || tokens.isOperator("/")
        || tokens.isOperator("//")
        || tokens.isOperator("%")) {
      left = new Expression.Binary(tokens.next().text(), left, power(), line);
    }
    return left;
  }

  private Expression power() {
    int line = tokens.line();
    Expression left = unary(true);
    while (tokens.takeOperator("**")) {
      left = new Expression.Binary("**", left, unary(true), line);
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    int line = tokens.line();
    tokens.enter();
    Expression value;
    if (tokens.takeOperator("-")) {
      value = new Expression.Signed(true, unary(false), line);
    } else if (tokens.takeOperator("+")) {
      value = new Expression.Signed(false, unary(false), line);
    } else {
      value = primary();
    }
    value = postfix(value);
    if (withFilters) {
      value = filters(value);
    }
    tokens.leave();
    return value;
  }

  private Expression primary() {
    int line = tokens.line();
    Token token = tokens.current();
    return switch (token.kind()) {
      case NAME -> name(tokens.next());
      case STRING -> {
        StringBuilder text = new StringBuilder();
        while (tokens.current().kind() == Kind.STRING) {
          text.append(tokens.next().text());
        }
        yield new Expression.Constant(new Value.Text(text.toString()), line);
      }
      case WHOLE ->
          new Expression.Constant(new Value.Whole(Long.parseLong(tokens.next().text())), line);
      case REAL ->
          new Expression.Constant(new Value.Real(Double.parseDouble(tokens.next().text())), line);
      case OPERATOR -> enclosed(token, line);
      default -> throw tokens.unexpected("an expression");
    };
  }

  private Expression name(Token token) {
    int line = token.line();
    return switch (token.text()) {
      case "true", "True" -> new Expression.Constant(new Value.Bool(true), line);
      case "false", "False" -> new Expression.Constant(new Value.Bool(false), line);
      case "none", "None" -> new Expression.Constant(Value.None.NONE, line);
      default -> {
        names.add(token.text());
        yield new Expression.Name(token.text(), line);
      }
    };
  }

  private Expression enclosed(Token token, int line) {
    switch (token.text()) {
      case "(" -> {
        tokens.next();
        if (tokens.takeOperator(")")) {
          return new Expression.Listing(List.of(), true, line);
        }
        Expression inner = tuple(true);
        tokens.expectOperator(")");
        return inner;
      }
      case "[" -> {
        tokens.next();
        List<Expression> items = new ArrayList<>();
        while (!tokens.takeOperator("]")) {
          items.add(expression());
          separator("]");
        }
        return new Expression.Listing(items, false, line);
      }
      case "{" -> {
        tokens.next();
        List<Expression.Entry> entries = new ArrayList<>();
        while (!tokens.takeOperator("}")) {
          Expression key = expression();
          tokens.expectOperator(":");
          entries.add(new Expression.Entry(key, expression()));
          separator("}");
        }
        return new Expression.Mapping(entries, line);
      }
      default -> throw tokens.unexpected("an expression");
    }
  }

  /** Consumes a comma, which may be missing before the closing bracket. */
  private void separator(String end) {
    if (!tokens.isOperator(end)) {
      tokens.expectOperator(",");
    }
  }

  private Expression postfix(Expression value) {
    Expression result = value;
    while (true) {
      int line = tokens.line();
      if (tokens.takeOperator(".")) {
        result = member(result, line);
      } else if (tokens.takeOperator("[")) {
        result = subscript(result, line);
      } else if (tokens.takeOperator("(")) {
        result = new Expression.Call(result, given(), line);
      } else {
        return result;
      }
    }
  }

  private Expression member(Expression target, int line) {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> new Expression.Attribute(target, token.text(), line);
      case WHOLE ->
          new Expression.Item(
              target,
              new Expression.Constant(new Value.Whole(Long.parseLong(token.text())), line),
              line);
      default -> throw new SyntaxError("expected a name behind the dot", line);
    };
  }

  private Expression subscript(Expression target, int line) {
    Optional<Expression> start =
        tokens.isOperator(":") ? Optional.empty() : Optional.of(expression());
    if (start.isPresent() && tokens.takeOperator("]")) {
      return new Expression.Item(target, start.get(), line);
    }
    if (start.isPresent() && tokens.isOperator(",")) {
      List<Expression> parts = new ArrayList<>(List.of(start.get()));
      while (tokens.takeOperator(",")) {
        parts.add(expression());
      }
      tokens.expectOperator("]");
      return new Expression.Item(target, new Expression.Listing(parts, true, line), line);
    }
    tokens.expectOperator(":");
    Optional<Expression> stop = bound();
    Optional<Expression> step = tokens.takeOperator(":") ? bound() : Optional.empty();
    tokens.expectOperator("]");
    return new Expression.Sliced(target, start, stop, step, line);
  }

  private Optional<Expression> bound() {
    return tokens.isOperator(":") || tokens.isOperator("]")
        ? Optional.empty()
        : Optional.of(expression());
  }

  /** Filters, tests and calls after a value. */
  private Expression filters(Expression value) {
    Expression result = value;
    while (true) {
      int line = tokens.line();
      if (tokens.takeOperator("|")) {
        result = filter(result, line);
      } else if (tokens.takeName("is")) {
        result = test(result, line);
      } else if (tokens.takeOperator("(")) {
        result = new Expression.Call(result, given(), line);
      } else {
        return result;
      }
    }
  }

  /** Parses a filter that is applied to a value, starting at its name. */
  Expression filter(Expression input, int line) {
    String name = dottedName();
    if (!Filters.knows(name)) {
      unknowns.add("there is no filter '" + name + "'", line);
    }
    Expression.Given given = tokens.takeOperator("(") ? given() : Expression.Given.NOTHING;
    return new Expression.Filtered(input, name, given, line);
  }

  private Expression test(Expression input, int line) {
    boolean negated = tokens.takeName("not");
    String name = dottedName();
    if (!Tests.knows(name)) {
      unknowns.add("there is no test '" + name + "'", line);
    }
    Expression.Given given = Expression.Given.NOTHING;
    if (tokens.takeOperator("(")) {
      given = given();
    } else if (argumentBegins()) {
      given = Expression.Given.of(List.of(postfix(primary())));
    }
    Expression tested = new Expression.Tested(input, name, given, line);
    return negated ? new Expression.Not(tested, line) : tested;
  }

  /**
   * Returns whether an argument without parentheses begins here; only the single argument of a test
   * may omit its parentheses.
   */
  private boolean argumentBegins() {
    if (tokens.isName("is")) {
      throw tokens.error("one 'is' cannot follow another");
    }
    boolean joins = tokens.isName("else") || tokens.isName("or") || tokens.isName("and");
    return !joins
        && (ARGUMENT_BEGINS.contains(tokens.current().kind())
            || tokens.isOperator("[")
            || tokens.isOperator("{"));
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(tokens.expectName());
    while (tokens.takeOperator(".")) {
      name.append('.').append(tokens.expectName());
    }
    return name.toString();
  }

  /** Parses the arguments of a call, after its opening parenthesis. */
  private Expression.Given given() {
    List<Expression> byPlace = new ArrayList<>();
    Map<String, Expression> byName = new LinkedHashMap<>();
    Optional<Expression> more = Optional.empty();
    Optional<Expression> moreNamed = Optional.empty();
    while (!tokens.takeOperator(")")) {
      if (moreNamed.isPresent() || (more.isPresent() && tokens.isOperator("*"))) {
        throw tokens.error("nothing may follow '**' in a call, and '*' may occur once");
      }
      if (tokens.takeOperator("*")) {
        more = Optional.of(expression());
      } else if (tokens.takeOperator("**")) {
        moreNamed = Optional.of(expression());
      } else if (tokens.current().kind() == Kind.NAME && tokens.ahead().is(Kind.OPERATOR, "=")) {
        String name = tokens.expectName();
        tokens.expectOperator("=");
        if (byName.put(name, expression()) != null) {
          throw tokens.error("the argument '" + name + "' is given twice");
        }
      } else if (byName.isEmpty() && more.isEmpty()) {
        byPlace.add(expression());
      } else {
        throw tokens.error("an argument by place follows one by name");
      }
      separator(")");
    }
    return new Expression.Given(byPlace, byName, more, moreNamed);
  }
}
