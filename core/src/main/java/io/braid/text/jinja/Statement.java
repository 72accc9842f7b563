package io.braid.text.jinja;

import java.util.List;
import java.util.Optional;

/** A statement of a template, as parsed. */
sealed interface Statement {

  /** Text that stands for itself. */
  record Data(String text) implements Statement {}

  /** <code>{{ a }}</code>. */
  record Output(Expression expression) implements Statement {}

  /** <code>{% if %}</code> with its {@code elif}s; the first branch whose test is true runs. */
  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

  /** A test and what runs if it is true. */
  record Branch(Expression test, List<Statement> body) {}

  /**
   * <code>{% for target in items if filter %}</code>; {@code otherwise} runs if nothing is left.
   */
  record For(
      Target target,
      Expression items,
      Optional<Expression> filter,
      List<Statement> body,
      List<Statement> otherwise,
      int line)
      implements Statement {}

  /** <code>{% set target = value %}</code>. */
  record Set(Target target, Expression value) implements Statement {}

  /** A body whose output is a value: {@code value} works on it under the name {@link #BODY}. */
  record Capture(Optional<Target> target, Expression value, List<Statement> body)
      implements Statement {
    /** No template can spell this name. */
    static final String BODY = "%body%";
  }

  /** <code>{% macro name(parameters) %}</code>. */
  record Macro(String name, List<Parameter> parameters, List<Statement> body)
      implements Statement {}

  /** A parameter of a macro. */
  record Parameter(String name, Optional<Expression> otherwise) {}

  /** <code>{% break %}</code>. */
  record Break() implements Statement {}

  /** <code>{% continue %}</code>. */
  record Continue() implements Statement {}

  /** What a value can be assigned to. */
  sealed interface Target {
    /** A variable. */
    record Name(String name) implements Target {}

    /** A member of a namespace. */
    record Member(String namespace, String name, int line) implements Target {}

    /** Several targets, each of which takes one entry. */
    record Several(List<Target> targets, int line) implements Target {}
  }
}
