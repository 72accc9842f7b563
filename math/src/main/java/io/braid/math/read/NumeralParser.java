package io.braid.math.read;

import io.braid.math.read.Token.Kind;
import io.braid.math.value.Expr;
import io.braid.math.value.Expr.Num;
import io.braid.math.value.Rational;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/** Reads numerals: decimals, repeating decimals, mixed numbers, and numbers in other bases. */
final class NumeralParser {
  private static final int MOST_DIGITS = 50; // of those that repeat

  private final TokenCursor tokens;

  NumeralParser(TokenCursor tokens) {
    this.tokens = tokens;
  }

  /** Reads the number that begins with the numeral just consumed. */
  Expr read(Token numeral) throws UnreadableException {
    boolean repeats =
        tokens.sees(Kind.COMMAND, "accent overline") || tokens.sees(Kind.COMMAND, "accent dot");
    if (repeats && numeral.text().contains(".")) {
      return repeating(numeral.text());
    }
    if (tokens.seesOperator("_")) {
      return based(numeral.text());
    }
    Num number = number(numeral.text());
    return mixed(number).map(Expr.class::cast).orElse(number);
  }

  /** Returns the value of one numeral, which is exact unless it has a point or an exponent. */
  static Num number(String written) {
    BigDecimal decimal = new BigDecimal(written);
    boolean exact =
        written.indexOf('.') < 0 && written.indexOf('e') < 0 && written.indexOf('E') < 0;
    return exact
        ? Num.exact(Rational.of(decimal))
        : new Num(Rational.of(decimal), decimal.scale(), decimal.precision());
  }

  /** Reads a repeating decimal, {@code 0.1\overline{6}}. */
  private Expr repeating(String start) throws UnreadableException {
    tokens.skip(1);
    String digits = groupedDigits();
    int decimals = start.length() - start.indexOf('.') - 1;
    Rational head = Rational.of(new BigDecimal(start.endsWith(".") ? start + "0" : start));
    BigInteger nines = BigInteger.TEN.pow(digits.length()).subtract(BigInteger.ONE);
    Rational tail =
        new Rational(new BigInteger(digits), nines.multiply(BigInteger.TEN.pow(decimals)));
    return Num.exact(head.plus(tail));
  }

  private String groupedDigits() throws UnreadableException {
    boolean braced = tokens.takes(Kind.OPEN, "{");
    Token digits = tokens.take();
    if (!digits.is(Kind.NUMBER)
        || !isDigits(digits.text())
        || digits.text().length() > MOST_DIGITS
        || braced && !tokens.takes(Kind.CLOSE, "}")) {
      throw new UnreadableException("digits are missing");
    }
    return digits.text();
  }

  static boolean isDigits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Reads a number in a base other than ten, such as {@code 1A_{16}}. */
  private Expr based(String digits) throws UnreadableException {
    tokens.skip(1);
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

  /** Returns a mixed number, {@code 2\frac{1}{3}} or 2 1/3; empty if no proper fraction follows. */
  private Optional<Num> mixed(Num whole) {
    if (whole.decimals() != Expr.EXACT) {
      return Optional.empty();
    }
    int start = tokens.place();
    Optional<Rational> part = tokens.takes(Kind.COMMAND, "frac") ? texFraction() : slashFraction();
    boolean proper =
        part.isPresent() && part.get().signum() > 0 && part.get().minus(Rational.ONE).signum() < 0;
    if (!proper) {
      tokens.goBack(start);
      return Optional.empty();
    }
    return Optional.of(Num.exact(whole.value().plus(part.get())));
  }

  private Optional<Rational> texFraction() {
    try {
      if (tokens.sees(Kind.NUMBER) && tokens.here().text().length() == 2) {
        String both = tokens.take().text();
        return ratio(both.substring(0, 1), both.substring(1));
      }
      return ratio(groupedDigits(), groupedDigits());
    } catch (UnreadableException e) {
      return Optional.empty();
    }
  }

  private Optional<Rational> slashFraction() {
    boolean fraction =
        tokens.sees(Kind.NUMBER)
            && tokens.here().spaced()
            && tokens.seesAhead(1, Kind.OPERATOR, "/")
            && tokens.seesAhead(2, Kind.NUMBER);
    if (!fraction) {
      return Optional.empty();
    }
    Optional<Rational> ratio = ratio(tokens.here().text(), tokens.ahead(2).text());
    tokens.skip(3);
    return ratio;
  }

  private static Optional<Rational> ratio(String above, String below) {
    return isDigits(above + below)
        ? Rational.of(new BigDecimal(above)).dividedBy(Rational.of(new BigDecimal(below)))
        : Optional.empty();
  }
}
