package io.braid.eval.suite.vision;

import java.util.List;

/** The benchmarks with images: how their records are read, and how responses are scored. */
public enum VisionSuite {
  /** MathVista's testmini (Lu et al. 2023, arXiv 2310.02255). */
  MATHVISTA(
      Scoring.RULE_THEN_JUDGE,
      List.of("query", "question"),
      new Axis("task", "task", "metadata.task"),
      new Axis("skill", "skills", "metadata.skills")),
  /** MathVision's testmini (Wang et al. 2024, arXiv 2402.14804). */
  MATHVISION(
      Scoring.RULE_THEN_JUDGE,
      List.of("question"),
      new Axis("subject", "category", "subject"),
      new Axis("level", "level")),
  /** MathVerse's testmini, all versions of each problem (Zhang et al. 2024, arXiv 2403.14624). */
  MATHVERSE(Scoring.JUDGE, List.of("question"), new Axis("version", "problem_version")),
  /** We-Math's testmini (Qiao et al. 2024, arXiv 2407.01284). */
  WEMATH(Scoring.RULE_THEN_JUDGE, List.of("question")),
  /** LogicVista (Xiao et al. 2024, arXiv 2407.04973). */
  LOGICVISTA(
      Scoring.JUDGE,
      List.of("question"),
      new Axis("skill", "skill"),
      new Axis("capability", "capability")),
  /** VisuLogic (Xu et al. 2025, arXiv 2504.15279). */
  VISULOGIC(Scoring.RULE, List.of("question"), new Axis("category", "category", "tag"));

  /** Who decides what a response answers. */
  public enum Scoring {
    /** The rule alone. */
    RULE,
    /** The rule and, if it finds no answer, a judge that extracts it. */
    RULE_THEN_JUDGE,
    /** A judge always extracts the answer. */
    JUDGE
  }

  /**
   * What problems are divided by.
   *
   * @param name its name in results
   * @param keys the keys of a record, of which the first with a value is used
   */
  record Axis(String name, List<String> keys) {
    Axis(String name, String... keys) {
      this(name, List.of(keys));
    }
  }

  private final Scoring scoring;
  private final List<String> questions;
  private final List<Axis> axes;

  VisionSuite(Scoring scoring, List<String> questions, Axis... axes) {
    this.scoring = scoring;
    this.questions = questions;
    this.axes = List.of(axes);
  }

  /** Returns who decides what a response answers. */
  public Scoring scoring() {
    return scoring;
  }

  /** Returns whether some responses can be scored only with a judge. */
  public boolean needsJudge() {
    return scoring != Scoring.RULE;
  }

  /** Returns the keys of the question, of which the first with a value is used. */
  List<String> questions() {
    return questions;
  }

  List<Axis> axes() {
    return axes;
  }

  /** Returns whether every answer is an option's letter, whatever the record says. */
  boolean hasLettersOnly() {
    return this == WEMATH || this == LOGICVISTA || this == VISULOGIC;
  }
}
