package io.braid.math.read;

import io.braid.math.read.Token.Kind;
import io.braid.math.value.Expr;
import io.braid.math.value.Expr.Constant;
import io.braid.math.value.Expr.Num;
import io.braid.math.value.Expr.Operation;
import io.braid.math.value.Rational;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses tokens as one expression, by recursive descent of limited depth. */
public final class ExprParser {
  private static final int DEEPEST = 100;

  /** Up to this many consecutive letters are a product; more letters are one name. */
  private static final int LONGEST_PRODUCT = 3;

  private final TokenCursor tokens;
  private final NumeralParser numerals;
  private int depth;
  private int bars;

  private ExprParser(TokenCursor tokens) {
    this.tokens = tokens;
    this.numerals = new NumeralParser(tokens);
  }

  /** Parses all tokens as one expression. */
  static Expr parse(List<Token> all) throws UnreadableException {
    TokenCursor tokens = new TokenCursor(all);
    Expr expr = new ExprParser(tokens).divided();
    if (tokens.more()) {
      throw new UnreadableException("not expected: " + tokens.here().text());
    }
    return expr;
  }

  private Expr sum() throws UnreadableException {
    if (++depth > DEEPEST) {
      throw new UnreadableException("too deep");
    }
    List<Expr> terms = new ArrayList<>();
    terms.add(signed());
    while (tokens.seesOperator("+") || tokens.seesOperator("-")) {
      terms.add(signed());
    }
    depth--;
    return terms.size() == 1 ? terms.getFirst() : new Expr.Sum(terms);
  }

  /** Parses a sum, or two sums joined by TeX's {@code \over} or {@code \choose}. */
  private Expr divided() throws UnreadableException {
    Expr first = sum();
    if (tokens.takes(Kind.COMMAND, "choose")) {
      return new Expr.Call(Operation.BINOMIAL, List.of(first, sum()));
    }
    return tokens.takes(Kind.COMMAND, "over") ? new Expr.Quotient(first, sum()) : first;
  }

  private Expr signed() throws UnreadableException {
    boolean negative = tokens.takesSigns();
    Expr product = product();
    if (negative && product instanceof Expr.Percent(Expr of)) {
      return new Expr.Percent(new Expr.Negative(of));
    }
    return negative ? new Expr.Negative(product) : product;
  }

  private Expr product() throws UnreadableException {
    Expr result = factor();
    while (tokens.more()) {
      if (tokens.takes(Kind.OPERATOR, "*")) {
        result = times(result, signedFactor());
      } else if (tokens.takes(Kind.OPERATOR, "/")) {
        result = new Expr.Quotient(result, signedFactor());
      } else if (tokens.takes(Kind.COMMAND, "mod") || tokens.takes(Kind.COMMAND, "bmod")) {
        throw new UnreadableException("mod");
      } else if (startsFactor() && (!tokens.sees(Kind.NUMBER) || isNumberFactor())) {
        result = times(result, factor());
      } else {
        break;
      }
    }
    return result;
  }

  /**
   * Returns whether the numeral at this position is a factor. It is a factor after a bracket, and
   * after a letter if the numeral has an exponent, as in {@code n 2^n}.
   */
  private boolean isNumberFactor() {
    boolean power = tokens.seesAhead(1, Kind.OPERATOR, "^");
    Token before = tokens.before();
    return before.is(Kind.CLOSE, ")") || power && before.is(Kind.SYMBOL);
  }

  private static Expr times(Expr left, Expr right) {
    List<Expr> factors =
        left instanceof Expr.Product(List<Expr> before)
            ? new ArrayList<>(before)
            : new ArrayList<>(List.of(left));
    factors.add(right);
    return new Expr.Product(factors);
  }

  private Expr signedFactor() throws UnreadableException {
    boolean negative = tokens.takesSigns();
    Expr factor = factor();
    return negative ? new Expr.Negative(factor) : factor;
  }

  private boolean startsFactor() {
    if (!tokens.more()) {
      return false;
    }
    Token token = tokens.here();
    return switch (token.kind()) {
      case NUMBER, SYMBOL, FUNCTION, OPEN, BEGIN, WORD -> true;
      case COMMAND -> !Set.of("choose", "over", "mod", "bmod", "pmod").contains(token.text());
      case OPERATOR -> token.text().equals("|") && bars == 0;
      default -> false;
    };
  }

  private Expr factor() throws UnreadableException {
    if (++depth > DEEPEST) {
      throw new UnreadableException("too deep");
    }
    Expr base = applied(postfix(primary()));
    if (tokens.takes(Kind.OPERATOR, "^")) {
      base = raised(base);
    }
    if (tokens.seesOperator("_")
        && base instanceof Expr.Power(Expr.Symbol(String name), Expr exponent)) {
      base = new Expr.Power(indexed(name), exponent); // the index after the power: v^2_0
    }
    depth--;
    return postfix(base);
  }

  /** Parses a function value, {@code f(0)} or {@code I(t)}, which is not a product. */
  private Expr applied(Expr base) {
    if (!(base instanceof Expr.Symbol(String name))
        || !Names.FUNCTION_LETTERS.contains(name.replaceAll("[_'].*", ""))
        || !tokens.sees(Kind.OPEN, "(")) {
      return base;
    }
    int sign = tokens.seesAhead(1, Kind.OPERATOR, "-") ? 1 : 0;
    int argument = 1 + sign; // places ahead
    boolean single =
        tokens.seesAhead(argument + 1, Kind.CLOSE, ")")
            && (tokens.seesAhead(argument, Kind.NUMBER)
                || tokens.seesAhead(argument, Kind.SYMBOL)
                    && sign == 0
                    && !tokens.ahead(argument).text().equals(name));
    if (!single) {
      return base;
    }
    String written = (sign > 0 ? "-" : "") + tokens.ahead(argument).text();
    tokens.skip(argument + 2);
    return new Expr.Symbol(name + "(" + written + ")");
  }

  private Expr raised(Expr base) throws UnreadableException {
    if (tokens.takes(Kind.OPERATOR, "°")) {
      return new Expr.Degrees(base);
    }
    if (tokens.sees(Kind.OPEN, "{")
        && tokens.seesAhead(1, Kind.OPERATOR)
        && tokens.seesAhead(2, Kind.CLOSE, "}")) {
      String mark = tokens.ahead(1).text();
      tokens.skip(3);
      return switch (mark) {
        case "°" -> new Expr.Degrees(base);
        case "'" -> primed(base);
        case "*", "+", "-" -> new Expr.Power(base, new Expr.Symbol(mark));
        default -> throw new UnreadableException("not expected: " + mark);
      };
    }
    boolean indexFollows =
        base instanceof Expr.Symbol
            && tokens.sees(Kind.NUMBER)
            && tokens.seesAhead(1, Kind.OPERATOR, "_");
    return new Expr.Power(
        base, indexFollows ? NumeralParser.number(tokens.take().text()) : signedPower());
  }

  /** Parses an exponent: a sign and one factor with its own exponent. */
  private Expr signedPower() throws UnreadableException {
    boolean negative = tokens.takesSigns();
    Expr power = factor();
    return negative ? new Expr.Negative(power) : power;
  }

  private Expr postfix(Expr base) throws UnreadableException {
    Expr result = base;
    while (tokens.sees(Kind.OPERATOR)) {
      switch (tokens.here().text()) {
        case "!" -> result = new Expr.Call(Operation.FACTORIAL, List.of(result));
        case "%" -> result = new Expr.Percent(result);
        case "°" -> result = new Expr.Degrees(result);
        case "'" -> result = primed(result);
        default -> {
          return result;
        }
      }
      tokens.skip(1);
    }
    return result;
  }

  private static Expr primed(Expr base) throws UnreadableException {
    if (base instanceof Expr.Symbol(String name)) {
      return new Expr.Symbol(name + "'");
    }
    throw new UnreadableException("not expected: '");
  }

  private Expr primary() throws UnreadableException {
    Token token = tokens.take();
    return switch (token.kind()) {
      case NUMBER -> numerals.read(token);
      case SYMBOL -> symbol(token.text());
      case WORD -> word(token.text());
      case FUNCTION -> call(token.text());
      case COMMAND -> command(token.text());
      case OPEN -> bracket(token.text());
      case BEGIN -> matrix();
      case OPERATOR -> {
        if (token.text().equals("|")) {
          yield absolute();
        }
        throw new UnreadableException("not expected: " + token.text());
      }
      default -> throw new UnreadableException("not expected: " + token.text());
    };
  }

  private Expr symbol(String name) throws UnreadableException {
    Expr known = known(name);
    return tokens.seesOperator("_") ? indexed(name) : known;
  }

  private static Expr known(String name) {
    return switch (name) {
      case "\\pi", "π" -> Constant.PI;
      case "e" -> Constant.E;
      case "i" -> Constant.I;
      case "\\infty" -> Constant.INFINITY;
      default -> new Expr.Symbol(Greek.plain(name));
    };
  }

  private Expr indexed(String name) throws UnreadableException {
    tokens.skip(1);
    StringBuilder index = new StringBuilder();
    if (tokens.takes(Kind.OPEN, "{")) {
      int open = 1;
      while (open > 0) {
        Token token = tokens.take();
        open += token.is(Kind.OPEN, "{") ? 1 : token.is(Kind.CLOSE, "}") ? -1 : 0;
        index.append(open > 0 ? token.text() : "");
      }
    } else {
      index.append(tokens.take().text());
    }
    return new Expr.Symbol(Greek.plain(name) + "_" + index);
  }

  private Expr word(String letters) throws UnreadableException {
    if (letters.length() > LONGEST_PRODUCT) {
      return symbol(letters);
    }
    List<Expr> factors = new ArrayList<>();
    for (int i = 0; i < letters.length() - 1; i++) {
      factors.add(known(letters.substring(i, i + 1)));
    }
    // An exponent or index belongs to the last letter only: the 2 of xy^2.
    Expr last = symbol(letters.substring(letters.length() - 1));
    last = postfix(last);
    if (tokens.takes(Kind.OPERATOR, "^")) {
      last = raised(last);
    }
    factors.add(last);
    return new Expr.Product(factors);
  }

  private Expr call(String name) throws UnreadableException {
    Operation operation = Names.FUNCTIONS.getOrDefault(name, Operation.MAX);
    Optional<Expr> base =
        tokens.takes(Kind.OPERATOR, "_") ? Optional.of(primary()) : Optional.empty();
    Optional<Expr> power =
        tokens.takes(Kind.OPERATOR, "^") ? Optional.of(signedPower()) : Optional.empty();
    List<Expr> arguments = new ArrayList<>(arguments());
    if (operation == Operation.LOG) {
      arguments.add(base.orElse(name.equals("lg") ? Num.of(10) : new Expr.Symbol("log")));
    } else if (base.isPresent()) {
      throw new UnreadableException("an index of " + name);
    }
    if (power.isEmpty()) {
      return new Expr.Call(operation, arguments);
    }
    boolean inverse =
        power.get() instanceof Expr.Negative(Num(Rational one, _, _)) && one.equals(Rational.ONE);
    return inverse
        ? inverse(operation, arguments)
        : new Expr.Power(new Expr.Call(operation, arguments), power.get());
  }

  private static Expr inverse(Operation operation, List<Expr> arguments)
      throws UnreadableException {
    return new Expr.Call(
        switch (operation) {
          case SIN -> Operation.ARCSIN;
          case COS -> Operation.ARCCOS;
          case TAN -> Operation.ARCTAN;
          default -> throw new UnreadableException("the inverse of a function");
        },
        arguments);
  }

  /**
   * Parses the arguments in brackets or, without brackets, the product up to the next sign or
   * function.
   */
  private List<Expr> arguments() throws UnreadableException {
    if (tokens.sees(Kind.OPEN, "(") || tokens.sees(Kind.OPEN, "[") || tokens.sees(Kind.OPEN, "{")) {
      String close = closing(tokens.take().text());
      List<Expr> inside = new ArrayList<>();
      inside.add(sum());
      while (tokens.sees(Kind.COMMA)) {
        tokens.skip(1);
        inside.add(sum());
      }
      expectClose(close);
      return inside;
    }
    if (tokens.sees(Kind.FUNCTION)) {
      return List.of(call(tokens.take().text()));
    }
    Expr argument = signedFactor();
    while (startsFactor()
        && !tokens.sees(Kind.FUNCTION)
        && !tokens.sees(Kind.OPEN)
        && !tokens.sees(Kind.NUMBER)) {
      argument = times(argument, factor());
    }
    boolean halved =
        argument.equals(Constant.PI)
            && tokens.seesOperator("/")
            && tokens.seesAhead(1, Kind.NUMBER);
    if (halved) {
      tokens.skip(1);
      argument = new Expr.Quotient(argument, factor());
    }
    return List.of(argument);
  }

  private Expr command(String name) throws UnreadableException {
    if (name.startsWith("accent ")) {
      return accented(name.substring("accent ".length()));
    }
    return switch (name) {
      case "frac" -> fraction();
      case "binom" -> new Expr.Call(Operation.BINOMIAL, List.of(argument(), argument()));
      case "cbrt" -> new Expr.Call(Operation.ROOT, List.of(argument(), Num.of(3)));
      case "sqrt" -> root();
      case "boxed", "fbox" -> argument();
      default -> throw new UnreadableException("\\" + name);
    };
  }

  private Expr accented(String accent) throws UnreadableException {
    int start = tokens.place();
    argument();
    StringBuilder under = new StringBuilder();
    for (Token each : tokens.since(start)) {
      under.append(each.is(Kind.OPEN) || each.is(Kind.CLOSE) ? "" : each.text());
    }
    return symbol(accent + " " + under);
  }

  /**
   * Parses an argument: the content of braces, or a single token. Of the digits 23, only the first
   * is the argument.
   */
  private Expr argument() throws UnreadableException {
    if (tokens.sees(Kind.NUMBER)) {
      String digits = tokens.here().text();
      if (digits.length() > 1 && NumeralParser.isDigits(digits)) {
        tokens.replace(new Token(Kind.NUMBER, digits.substring(1), false));
        return NumeralParser.number(digits.substring(0, 1));
      }
      return NumeralParser.number(tokens.take().text());
    }
    return primary();
  }

  private Expr fraction() throws UnreadableException {
    Expr above = argument();
    return new Expr.Quotient(above, argument());
  }

  private Expr root() throws UnreadableException {
    if (tokens.sees(Kind.OPEN, "[")) {
      tokens.skip(1);
      Expr degree = sum();
      expectClose("]");
      return new Expr.Call(Operation.ROOT, List.of(rootOf(), degree));
    }
    return new Expr.Call(Operation.SQRT, List.of(rootOf()));
  }

  /** Parses the radicand: {@code √12} is the root of 12, not of 1. */
  private Expr rootOf() throws UnreadableException {
    return tokens.sees(Kind.NUMBER) ? NumeralParser.number(tokens.take().text()) : primary();
  }

  private Expr bracket(String open) throws UnreadableException {
    if (open.equals("(")
        && tokens.sees(Kind.NUMBER)
        && tokens.seesAhead(1, Kind.CLOSE, ")")
        && tokens.seesAhead(2, Kind.OPERATOR, "_")) {
      Token digits = tokens.take();
      tokens.skip(1);
      return numerals.read(digits); // (1011)_2
    }
    int outer = bars;
    bars = 0;
    Expr inside = divided();
    expectClose(closing(open));
    bars = outer;
    return switch (open) {
      case "⌊" -> new Expr.Call(Operation.FLOOR, List.of(inside));
      case "⌈" -> new Expr.Call(Operation.CEIL, List.of(inside));
      default -> inside;
    };
  }

  /** Returns the bracket that closes an opening one. */
  public static String closing(String open) {
    return switch (open) {
      case "(" -> ")";
      case "[" -> "]";
      case "{" -> "}";
      case "\\{" -> "\\}";
      case "⌊" -> "⌋";
      case "⌈" -> "⌉";
      default -> "⟩";
    };
  }

  private void expectClose(String close) throws UnreadableException {
    if (!tokens.takes(Kind.CLOSE, close)) {
      throw new UnreadableException("not closed: " + close);
    }
  }

  private Expr absolute() throws UnreadableException {
    bars++;
    Expr inside = sum();
    bars--;
    if (!tokens.takes(Kind.OPERATOR, "|")) {
      throw new UnreadableException("not closed: |");
    }
    return new Expr.Call(Operation.ABS, List.of(inside));
  }

  private Expr matrix() throws UnreadableException {
    if (!tokens.before().text().matches("[pbB]?(?:small)?matrix|array")) {
      throw new UnreadableException(tokens.before().text());
    }
    List<List<Expr>> rows = new ArrayList<>();
    List<Expr> row = new ArrayList<>();
    while (!tokens.sees(Kind.END)) {
      row.add(sum());
      if (tokens.sees(Kind.COLUMN)) {
        tokens.skip(1);
        continue;
      }
      rows.add(row);
      row = new ArrayList<>();
      if (tokens.sees(Kind.ROW)) {
        tokens.skip(1);
      } else if (!tokens.sees(Kind.END)) {
        throw new UnreadableException("a matrix");
      }
    }
    tokens.skip(1);
    int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
    if (columns == 0 || rows.stream().anyMatch(each -> each.size() != columns)) {
      throw new UnreadableException("rows of unequal length");
    }
    return new Expr.Matrix(rows);
  }
}
