package io.braid.verify.math;

import io.braid.task.Rational;
import io.braid.verify.math.Expr.Constant;
import io.braid.verify.math.Expr.Num;
import io.braid.verify.math.Expr.Operation;
import io.braid.verify.math.Token.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads tokens as one expression, by recursive descent of bounded depth. */
final class ExprParser {
  private static final int DEEPEST = 100;

  /** Letters in a row up to this many are a product, more are one name. */
  private static final int LONGEST_PRODUCT = 3;

  private final List<Token> tokens;
  private int at;
  private int depth;
  private int bars;

  private ExprParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** The expression that all the tokens make. */
  static Expr parse(List<Token> tokens) throws UnreadableException {
    ExprParser parser = new ExprParser(new ArrayList<>(tokens));
    Expr expr = parser.divided();
    if (parser.more()) {
      throw new UnreadableException("not expected: " + tokens.get(parser.at).text());
    }
    return expr;
  }

  private boolean more() {
    return at < tokens.size();
  }

  private boolean sees(Kind kind) {
    return more() && tokens.get(at).is(kind);
  }

  private boolean sees(Kind kind, String text) {
    return more() && tokens.get(at).is(kind, text);
  }

  private boolean seesOperator(String text) {
    return sees(Kind.OPERATOR, text);
  }

  private boolean takes(Kind kind, String text) {
    if (sees(kind, text)) {
      at++;
      return true;
    }
    return false;
  }

  private Token take() throws UnreadableException {
    if (!more()) {
      throw new UnreadableException("something is missing at the end");
    }
    return tokens.get(at++);
  }

  private Expr sum() throws UnreadableException {
    if (++depth > DEEPEST) {
      throw new UnreadableException("too deep");
    }
    List<Expr> terms = new ArrayList<>();
    terms.add(signed());
    while (seesOperator("+") || seesOperator("-")) {
      terms.add(signed());
    }
    depth--;
    return terms.size() == 1 ? terms.getFirst() : new Expr.Sum(terms);
  }

  /** A sum, or two with TeX's old sign for a fraction or a binomial between them. */
  private Expr divided() throws UnreadableException {
    Expr first = sum();
    if (takes(Kind.COMMAND, "choose")) {
      return new Expr.Call(Operation.BINOMIAL, List.of(first, sum()));
    }
    return takes(Kind.COMMAND, "over") ? new Expr.Quotient(first, sum()) : first;
  }

  private Expr signed() throws UnreadableException {
    boolean negative = false;
    while (seesOperator("+") || seesOperator("-")) {
      negative ^= take().text().equals("-");
    }
    Expr product = product();
    if (negative && product instanceof Expr.Percent(Expr of)) {
      return new Expr.Percent(new Expr.Negative(of));
    }
    return negative ? new Expr.Negative(product) : product;
  }

  private Expr product() throws UnreadableException {
    Expr result = factor();
    while (more()) {
      if (takes(Kind.OPERATOR, "*")) {
        result = times(result, signedFactor());
      } else if (takes(Kind.OPERATOR, "/")) {
        result = new Expr.Quotient(result, signedFactor());
      } else if (takes(Kind.COMMAND, "mod") || takes(Kind.COMMAND, "bmod")) {
        throw new UnreadableException("mod");
      } else if (startsFactor() && (!sees(Kind.NUMBER) || isNumberFactor())) {
        result = times(result, factor());
      } else {
        break;
      }
    }
    return result;
  }

  /** A numeral may follow a bracket, and with a power a letter too: {@code n 2^n}. */
  private boolean isNumberFactor() {
    boolean power = at + 1 < tokens.size() && tokens.get(at + 1).is(Kind.OPERATOR, "^");
    Token before = tokens.get(at - 1);
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
    boolean negative = false;
    while (seesOperator("+") || seesOperator("-")) {
      negative ^= take().text().equals("-");
    }
    Expr factor = factor();
    return negative ? new Expr.Negative(factor) : factor;
  }

  private boolean startsFactor() {
    if (!more()) {
      return false;
    }
    Token token = tokens.get(at);
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
    if (takes(Kind.OPERATOR, "^")) {
      base = raised(base);
    }
    depth--;
    return postfix(base);
  }

  /** {@code f(0)} and {@code I(t)}: the value of a function, not a product. */
  private Expr applied(Expr base) {
    if (!(base instanceof Expr.Symbol(String name))
        || !Names.FUNCTION_LETTERS.contains(name.replaceAll("[_'].*", ""))
        || !sees(Kind.OPEN, "(")) {
      return base;
    }
    int sign = at + 1 < tokens.size() && tokens.get(at + 1).is(Kind.OPERATOR, "-") ? 1 : 0;
    int argument = at + 1 + sign;
    boolean single =
        argument + 1 < tokens.size()
            && tokens.get(argument + 1).is(Kind.CLOSE, ")")
            && (tokens.get(argument).is(Kind.NUMBER)
                || tokens.get(argument).is(Kind.SYMBOL)
                    && sign == 0
                    && !tokens.get(argument).text().equals(name));
    if (!single) {
      return base;
    }
    String written = (sign > 0 ? "-" : "") + tokens.get(argument).text();
    at = argument + 2;
    return new Expr.Symbol(name + "(" + written + ")");
  }

  private Expr raised(Expr base) throws UnreadableException {
    if (takes(Kind.OPERATOR, "°")) {
      return new Expr.Degrees(base);
    }
    if (sees(Kind.OPEN, "{")
        && at + 2 < tokens.size()
        && tokens.get(at + 1).is(Kind.OPERATOR)
        && tokens.get(at + 2).is(Kind.CLOSE, "}")) {
      String mark = tokens.get(at + 1).text();
      at += 3;
      return switch (mark) {
        case "°" -> new Expr.Degrees(base);
        case "'" -> primed(base);
        case "*", "+", "-" -> new Expr.Power(base, new Expr.Symbol(mark));
        default -> throw new UnreadableException("not expected: " + mark);
      };
    }
    return new Expr.Power(base, signedPower());
  }

  /** An exponent: a sign, one factor and its own exponent. */
  private Expr signedPower() throws UnreadableException {
    boolean negative = false;
    while (seesOperator("-") || seesOperator("+")) {
      negative ^= take().text().equals("-");
    }
    Expr power = factor();
    return negative ? new Expr.Negative(power) : power;
  }

  private Expr postfix(Expr base) throws UnreadableException {
    Expr result = base;
    while (sees(Kind.OPERATOR)) {
      switch (tokens.get(at).text()) {
        case "!" -> result = new Expr.Call(Operation.FACTORIAL, List.of(result));
        case "%" -> result = new Expr.Percent(result);
        case "°" -> result = new Expr.Degrees(result);
        case "'" -> result = primed(result);
        default -> {
          return result;
        }
      }
      at++;
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
    Token token = take();
    return switch (token.kind()) {
      case NUMBER -> numeral(token);
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

  private Expr numeral(Token token) throws UnreadableException {
    boolean repeats = sees(Kind.COMMAND, "accent overline") || sees(Kind.COMMAND, "accent dot");
    if (repeats && token.text().contains(".")) {
      return repeating(token.text());
    }
    if (seesOperator("_")) {
      return based(token.text());
    }
    Num number = number(token.text());
    return mixed(number).map(Expr.class::cast).orElse(number);
  }

  static Num number(String written) {
    BigDecimal decimal = new BigDecimal(written);
    boolean exact =
        written.indexOf('.') < 0 && written.indexOf('e') < 0 && written.indexOf('E') < 0;
    return exact
        ? Num.exact(Rational.of(decimal))
        : new Num(Rational.of(decimal), decimal.scale(), decimal.precision());
  }

  /** {@code 0.1\overline{6}}. */
  private Expr repeating(String start) throws UnreadableException {
    at++;
    String digits = groupedDigits();
    int decimals = start.length() - start.indexOf('.') - 1;
    Rational head = Rational.of(new BigDecimal(start.endsWith(".") ? start + "0" : start));
    BigInteger nines = BigInteger.TEN.pow(digits.length()).subtract(BigInteger.ONE);
    Rational tail =
        new Rational(new BigInteger(digits), nines.multiply(BigInteger.TEN.pow(decimals)));
    return Num.exact(head.plus(tail));
  }

  private String groupedDigits() throws UnreadableException {
    boolean braced = takes(Kind.OPEN, "{");
    Token digits = take();
    if (!digits.is(Kind.NUMBER)
        || digits.text().chars().anyMatch(c -> c < '0' || c > '9')
        || digits.text().length() > 50
        || braced && !takes(Kind.CLOSE, "}")) {
      throw new UnreadableException("digits are missing");
    }
    return digits.text();
  }

  private Expr based(String digits) throws UnreadableException {
    at++;
    String written = groupedDigits();
    int base = written.length() > 2 ? 0 : Integer.parseInt(written);
    if (base < Character.MIN_RADIX || base > Character.MAX_RADIX) {
      throw new UnreadableException("the base " + written);
    }
    try {
      BigInteger value = new BigInteger(digits, base);
      return new Expr.Based(digits, new Rational(value, BigInteger.ONE));
    } catch (NumberFormatException e) {
      throw new UnreadableException(digits + " in base " + base);
    }
  }

  /** A whole number before a proper fraction of whole numbers, {@code 2\frac{1}{3}} or 2 1/3. */
  private Optional<Num> mixed(Num whole) {
    if (whole.decimals() != Expr.EXACT) {
      return Optional.empty();
    }
    int start = at;
    Optional<Rational> part = takes(Kind.COMMAND, "frac") ? texFraction() : slashFraction();
    boolean proper =
        part.isPresent() && part.get().signum() > 0 && part.get().minus(Rational.ONE).signum() < 0;
    if (!proper) {
      at = start;
      return Optional.empty();
    }
    return Optional.of(Num.exact(whole.value().plus(part.get())));
  }

  private Optional<Rational> texFraction() {
    try {
      if (sees(Kind.NUMBER) && tokens.get(at).text().length() == 2) {
        String both = take().text();
        return ratio(both.substring(0, 1), both.substring(1));
      }
      return ratio(groupedDigits(), groupedDigits());
    } catch (UnreadableException e) {
      return Optional.empty();
    }
  }

  private Optional<Rational> slashFraction() {
    boolean fraction =
        at + 2 < tokens.size()
            && tokens.get(at).is(Kind.NUMBER)
            && tokens.get(at).spaced()
            && tokens.get(at + 1).is(Kind.OPERATOR, "/")
            && tokens.get(at + 2).is(Kind.NUMBER);
    if (!fraction) {
      return Optional.empty();
    }
    at += 3;
    return ratio(tokens.get(at - 3).text(), tokens.get(at - 1).text());
  }

  private static Optional<Rational> ratio(String above, String below) {
    boolean digits = (above + below).chars().allMatch(c -> c >= '0' && c <= '9');
    return digits
        ? Rational.of(new BigDecimal(above)).dividedBy(Rational.of(new BigDecimal(below)))
        : Optional.empty();
  }

  private Expr symbol(String name) throws UnreadableException {
    Expr known = known(name);
    return seesOperator("_") ? indexed(name) : known;
  }

  private static Expr known(String name) {
    return switch (name) {
      case "\\pi", "π" -> Constant.PI;
      case "e" -> Constant.E;
      case "i" -> Constant.I;
      case "\\infty" -> Constant.INFINITY;
      default -> new Expr.Symbol(plainGreek(name));
    };
  }

  private static String plainGreek(String name) {
    return switch (name) {
      case "θ" -> "\\theta";
      case "α" -> "\\alpha";
      case "β" -> "\\beta";
      case "γ" -> "\\gamma";
      case "ω" -> "\\omega";
      case "λ" -> "\\lambda";
      case "σ" -> "\\sigma";
      case "μ" -> "\\mu";
      case "φ", "\\varphi" -> "\\phi";
      case "\\varepsilon", "ε" -> "\\epsilon";
      case "ρ" -> "\\rho";
      case "τ" -> "\\tau";
      default -> name;
    };
  }

  private Expr indexed(String name) throws UnreadableException {
    at++;
    StringBuilder index = new StringBuilder();
    if (takes(Kind.OPEN, "{")) {
      int open = 1;
      while (open > 0) {
        Token token = take();
        open += token.is(Kind.OPEN, "{") ? 1 : token.is(Kind.CLOSE, "}") ? -1 : 0;
        index.append(open > 0 ? token.text() : "");
      }
    } else {
      index.append(take().text());
    }
    return new Expr.Symbol(plainGreek(name) + "_" + index);
  }

  private Expr word(String letters) throws UnreadableException {
    if (letters.length() > LONGEST_PRODUCT) {
      return symbol(letters);
    }
    List<Expr> factors = new ArrayList<>();
    for (int i = 0; i < letters.length() - 1; i++) {
      factors.add(known(letters.substring(i, i + 1)));
    }
    // What follows belongs to the last letter only: the 2 of xy^2.
    Expr last = symbol(letters.substring(letters.length() - 1));
    last = postfix(last);
    if (takes(Kind.OPERATOR, "^")) {
      last = raised(last);
    }
    factors.add(last);
    return new Expr.Product(factors);
  }

  private Expr call(String name) throws UnreadableException {
    Operation operation = Names.FUNCTIONS.getOrDefault(name, Operation.MAX);
    Optional<Expr> base = takes(Kind.OPERATOR, "_") ? Optional.of(primary()) : Optional.empty();
    Optional<Expr> power =
        takes(Kind.OPERATOR, "^") ? Optional.of(signedPower()) : Optional.empty();
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

  /** In brackets; or else the product that follows, up to a sign or another function. */
  private List<Expr> arguments() throws UnreadableException {
    if (sees(Kind.OPEN, "(") || sees(Kind.OPEN, "[") || sees(Kind.OPEN, "{")) {
      String close = closing(take().text());
      List<Expr> inside = new ArrayList<>();
      inside.add(sum());
      while (sees(Kind.COMMA)) {
        at++;
        inside.add(sum());
      }
      expectClose(close);
      return inside;
    }
    if (sees(Kind.FUNCTION)) {
      return List.of(call(take().text()));
    }
    Expr argument = signedFactor();
    while (startsFactor() && !sees(Kind.FUNCTION) && !sees(Kind.OPEN) && !sees(Kind.NUMBER)) {
      argument = times(argument, factor());
    }
    boolean halved =
        argument.equals(Constant.PI)
            && seesOperator("/")
            && at + 1 < tokens.size()
            && tokens.get(at + 1).is(Kind.NUMBER);
    if (halved) {
      at++;
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
    int start = at;
    argument();
    StringBuilder under = new StringBuilder();
    for (int i = start; i < at; i++) {
      under.append(
          tokens.get(i).is(Kind.OPEN) || tokens.get(i).is(Kind.CLOSE) ? "" : tokens.get(i).text());
    }
    return symbol(accent + " " + under);
  }

  /** Braces and what they hold, or one token; of the digits 23 the first alone. */
  private Expr argument() throws UnreadableException {
    if (sees(Kind.NUMBER)) {
      Token token = tokens.get(at);
      String digits = token.text();
      at++;
      if (digits.length() > 1 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        tokens.set(at - 1, new Token(Kind.NUMBER, digits.substring(1), false));
        at--;
        return number(digits.substring(0, 1));
      }
      return number(digits);
    }
    return primary();
  }

  private Expr fraction() throws UnreadableException {
    Expr above = argument();
    return new Expr.Quotient(above, argument());
  }

  private Expr root() throws UnreadableException {
    if (sees(Kind.OPEN, "[")) {
      at++;
      Expr degree = sum();
      expectClose("]");
      return new Expr.Call(Operation.ROOT, List.of(rootOf(), degree));
    }
    return new Expr.Call(Operation.SQRT, List.of(rootOf()));
  }

  /** {@code \sqrt3} and {@code √12}, which is not the root of 1. */
  private Expr rootOf() throws UnreadableException {
    return sees(Kind.NUMBER) ? number(take().text()) : primary();
  }

  private Expr bracket(String open) throws UnreadableException {
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

  static String closing(String open) {
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
    if (!takes(Kind.CLOSE, close)) {
      throw new UnreadableException("not closed: " + close);
    }
  }

  private Expr absolute() throws UnreadableException {
    bars++;
    Expr inside = sum();
    bars--;
    if (!takes(Kind.OPERATOR, "|")) {
      throw new UnreadableException("not closed: |");
    }
    return new Expr.Call(Operation.ABS, List.of(inside));
  }

  private Expr matrix() throws UnreadableException {
    if (!tokens.get(at - 1).text().matches("[pbB]?(?:small)?matrix|array")) {
      throw new UnreadableException(tokens.get(at - 1).text());
    }
    List<List<Expr>> rows = new ArrayList<>();
    List<Expr> row = new ArrayList<>();
    while (!sees(Kind.END)) {
      row.add(sum());
      if (sees(Kind.COLUMN)) {
        at++;
        continue;
      }
      rows.add(row);
      row = new ArrayList<>();
      if (sees(Kind.ROW)) {
        at++;
      } else if (!sees(Kind.END)) {
        throw new UnreadableException("a matrix");
      }
    }
    at++;
    int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
    if (columns == 0 || rows.stream().anyMatch(each -> each.size() != columns)) {
      throw new UnreadableException("rows of unequal length");
    }
    return new Expr.Matrix(rows);
  }
}
