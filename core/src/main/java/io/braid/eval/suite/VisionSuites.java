package io.braid.eval.suite;

import io.braid.eval.suite.vision.VisionSuite;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The suites with images. Their prompts ask for the same as those of RLFR's published evaluation,
 * which decodes greedily. File names are VLMEvalKit's, and those of the hub's repositories.
 */
final class VisionSuites {
  static final List<Suite> ALL =
      List.of(
          vision(
              VisionSuite.MATHVISTA,
              "MathVista's testmini",
              "AI4Math/MathVista on the Hugging Face hub, or VLMEvalKit's MathVista_MINI.tsv",
              1000,
              "think_box",
              "MathVista_MINI.tsv",
              "MathVista/data/testmini-*.parquet"),
          vision(
              VisionSuite.MATHVISION,
              "MathVision's testmini",
              "MathLLMs/MathVision on the Hugging Face hub, or VLMEvalKit's MathVision_MINI.tsv",
              304,
              "tag_box",
              "MathVision_MINI.tsv",
              "MathVision/data/testmini-*.parquet"),
          vision(
              VisionSuite.MATHVERSE,
              "MathVerse's testmini, all five versions of each problem",
              "AI4Math/MathVerse on the Hugging Face hub, or VLMEvalKit's MathVerse_MINI.tsv",
              3940,
              "steps_box",
              "MathVerse_MINI.tsv",
              "MathVerse/testmini.parquet"),
          vision(
              VisionSuite.WEMATH,
              "We-Math's testmini",
              "We-Math/We-Math on the Hugging Face hub, or VLMEvalKit's WeMath.tsv",
              1740,
              "none",
              "WeMath.tsv",
              "We-Math/data/testmini-*.parquet"),
          vision(
              VisionSuite.LOGICVISTA,
              "LogicVista",
              "VLMEvalKit's LogicVista.tsv",
              448,
              "boxed",
              "LogicVista.tsv"),
          vision(
              VisionSuite.VISULOGIC,
              "VisuLogic",
              "VisuLogic/VisuLogic on the Hugging Face hub, or VLMEvalKit's VisuLogic.tsv",
              1000,
              "letter",
              "VisuLogic.tsv",
              "VisuLogic/data.jsonl"));

  private VisionSuites() {}

  private static Suite vision(
      VisionSuite suite, String title, String from, int rows, String prompt, String... published) {
    String name = suite.name().toLowerCase(Locale.ROOT);
    List<String> files =
        new ArrayList<>(List.of(name + ".tsv", name + ".jsonl", name + ".parquet"));
    files.addAll(List.of(published));
    return new Suite(
        name,
        title,
        from,
        OptionalInt.of(rows),
        new Asking(prompt.equals("none") ? "chat" : "chat_" + prompt, prompt, 1, 0, 1),
        Optional.of(suite),
        files);
  }
}
