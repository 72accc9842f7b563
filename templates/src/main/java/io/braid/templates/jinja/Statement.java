package io.braid.templates.jinja;

import java.util.List;
import java.util.Optional;

/** A parsed statement of a template. */
sealed interface Statement {

  /** Literal text. */
  record Data(String text) implements Statement {}

  /** <code>{{ a }}</code>. */
  record Output(Expression expression) implements Statement {}

  /**
   * <code>{% if %}</code> with its {@code elif}s; the first branch whose test is true is rendered.
   */
  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

  /** A test and the body that is rendered if it is true. */
  record Branch(Expression test, List<Statement> body) {}

  /**
   * <code>{% for target in items if filter %}</code>; {@code otherwise} is rendered if there are no
   * items.
   */
  record For(
      Target target,
      Expression items,
      Optional<Expression> filter,
      List<Statement> body,
      List<Statement> otherwise,
      boolean recursive,
      int line)
      implements Statement {}

  /** <code>{% set target = value %}</code>. */
  record Set(Target target, Expression value) implements Statement {}

  /** A body whose output is captured: {@code value} uses it under the name {@link #BODY}. */
  record Capture(Optional<Target> target, Expression value, List<Statement> body)
      implements Statement {
    /** A name that no template can contain. */
    static final String BODY = "%body%";
  }

  /**
   * <code>{% macro name(parameters) %}</code>.
   *
   * @param reads the names that its body reads, which may include {@code caller}, {@code varargs}
   *     and {@code kwargs}
   */
  record Macro(
      String name, List<Parameter> parameters, List<Statement> body, java.util.Set<String> reads)
      implements Statement {}

  /** <code>{% call(parameters) macro(…) %}</code>: calls with a body that the macro can call. */
  record CallBlock(Expression.Call call, Macro caller) implements Statement {}

  /** <code>{% with target = value, … %}</code>: names for a body. */
  record With(List<Set> names, List<Statement> body) implements Statement {}

  /**
   * <code>{% block name %}</code>: renders as its body, since a chat template has no children.
   *
   * @param scoped whether the block sees the names around it in addition to the template's own
   *     names
   */
  record Block(List<Statement> body, boolean scoped) implements Statement {}

  /** <code>{% autoescape on %}</code>. */
  record Autoescape(Expression on, List<Statement> body) implements Statement {}

  /** A tag that reads another template; a chat template has none. */
  record OtherTemplate(String tag, int line) implements Statement {}

  /** A parameter of a macro. */
  record Parameter(String name, Optional<Expression> otherwise) {}

  /** <code>{% break %}</code>. */
  record Break() implements Statement {}

  /** <code>{% continue %}</code>. */
  record Continue() implements Statement {}

  /** The target of an assignment. */
  sealed interface Target {
    /** A variable. */
    record Name(String name) implements Target {}

    /** A member of a namespace. */
    record Member(String namespace, String name, int line) implements Target {}

    /** Several targets, each of which takes one entry. */
    record Several(List<Target> targets, int line) implements Target {}
  }
}
