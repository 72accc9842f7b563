package io.braid.templates.jinja;

import io.braid.templates.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template, the position of the parser, and its nesting depth. */
final class Tokens {
  private final List<Token> tokens;
  private int at;
  private int depth;

  Tokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  Token ahead() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  int line() {
    return current().line();
  }

  boolean isName(String name) {
    return current().is(Kind.NAME, name);
  }

  boolean isOperator(String operator) {
    return current().is(Kind.OPERATOR, operator);
  }

  boolean takeName(String name) {
    return take(isName(name));
  }

  boolean takeOperator(String operator) {
    return take(isOperator(operator));
  }

  private boolean take(boolean wanted) {
    if (wanted) {
      next();
    }
    return wanted;
  }

  String expectName() {
    return expect(Kind.NAME, "a name").text();
  }

  void expectOperator(String operator) {
    if (!takeOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  Token expect(Kind kind, String what) {
    if (current().kind() != kind) {
      throw unexpected(what);
    }
    return next();
  }

  SyntaxError unexpected(String wanted) {
    return error("expected " + wanted + ", found " + current().described());
  }

  SyntaxError error(String message) {
    return new SyntaxError(message, line());
  }

  /** Enters a nested construct; every call needs a {@link #leave}. */
  void enter() {
    if (++depth > Limits.DEPTH) {
      throw error("constructs nest beyond the limit of " + Limits.DEPTH);
    }
  }

  void leave() {
    depth--;
  }
}
