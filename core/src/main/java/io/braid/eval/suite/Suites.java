package io.braid.eval.suite;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The list of suites; to add a suite, add an entry.
 *
 * <p>The file names of a suite are listed in this order:
 *
 * <ol>
 *   <li>plain names;
 *   <li>names in Braid's own test data;
 *   <li>names in FlowRL's published repository ({@code math/} and {@code code/} under {@code
 *       rllm/data/test}) and in RLFR's ({@code evaluation_suite});
 *   <li>names in the hub's repositories, inside a directory with the repository's name.
 * </ol>
 */
final class Suites {
  private static final List<Suite> OF_TEXT =
      List.of(
          math(
              "aime24",
              "AIME 2024, I and II",
              "HuggingFaceH4/aime_2024 on the Hugging Face hub",
              30,
              "aime24.jsonl",
              "aime24.parquet",
              "flowrl_test_aime24.json",
              "math/aime.json",
              "aime.json",
              "rlfr_aime.arrow",
              "aime/data-00000-of-00001.arrow",
              "aime_2024/data/train-*.parquet",
              "AIME_2024/aime_2024_problems.parquet"),
          math(
              "aime25",
              "AIME 2025, I and II",
              "math-ai/aime25 on the Hugging Face hub",
              30,
              "aime25.jsonl",
              "aime25.parquet",
              "rlfr_aime25.arrow",
              "aime25/data-00000-of-00001.arrow",
              "aime25/test.jsonl",
              "aime_2025/data/train-*.parquet"),
          math(
              "amc",
              "AMC 12 of 2022 and 2023, with integer answers",
              "AI-MO/aimo-validation-amc on the Hugging Face hub",
              83,
              "amc.jsonl",
              "amc.parquet",
              "flowrl_test_amc.json",
              "math/amc.json",
              "amc.json",
              "rlfr_amc.arrow",
              "amc/data-00000-of-00001.arrow",
              "aimo-validation-amc/data/train-*.parquet"),
          math(
              "math500",
              "500 problems of MATH's test set",
              "HuggingFaceH4/MATH-500 on the Hugging Face hub",
              500,
              "math500.jsonl",
              "math500.parquet",
              "flowrl_test_math500.json",
              "math/math.json",
              "math.json",
              "rlfr_math.arrow",
              "math/data-00000-of-00001.arrow",
              "MATH-500/test.jsonl",
              "math500/test.jsonl"),
          math(
              "minerva",
              "Minerva's problems from MIT courses",
              "math-ai/minervamath on the Hugging Face hub",
              272,
              "minerva.jsonl",
              "minerva.parquet",
              "flowrl_test_minerva.json",
              "math/minerva.json",
              "minerva.json",
              "rlfr_minerva.arrow",
              "minerva/data-00000-of-00001.arrow",
              "minervamath/test.jsonl"),
          math(
              "olympiadbench",
              "OlympiadBench: English, text only, open mathematics",
              "math-ai/olympiadbench on the Hugging Face hub",
              675,
              "olympiadbench.jsonl",
              "olympiadbench.parquet",
              "flowrl_test_olympiadbench.json",
              "math/olympiad_bench.json",
              "olympiad_bench.json",
              "rlfr_olympiad_bench.arrow",
              "olympiad_bench/data-00000-of-00001.arrow",
              "olympiadbench/test.jsonl",
              "OlympiadBench/OE_TO_maths_en_COMP/OE_TO_maths_en_COMP.parquet"),
          new Suite(
              "gsm8k",
              "GSM8K's test set",
              "openai/gsm8k on the Hugging Face hub",
              OptionalInt.of(1319),
              Asking.MATH.greedy(),
              List.of(
                  "gsm8k_test.jsonl",
                  "gsm8k.jsonl",
                  "gsm8k.parquet",
                  "math/gsm8k.json",
                  "gsm8k/main/test-*.parquet")),
          code(
              "humaneval",
              "HumanEval",
              "openai/openai_humaneval on the Hugging Face hub",
              164,
              "humaneval.jsonl",
              "HumanEval.jsonl",
              "HumanEval.jsonl.gz",
              "openai_humaneval/openai_humaneval/test-*.parquet"),
          code(
              "humanevalplus",
              "HumanEval with EvalPlus' tests",
              "evalplus/humanevalplus on the Hugging Face hub",
              164,
              "humanevalplus.jsonl",
              "HumanEvalPlus.jsonl",
              "HumanEvalPlus.jsonl.gz",
              "test_humanevalplus.parquet",
              "code_data/test_humanevalplus.parquet",
              "code/humanevalplus.json",
              "humanevalplus/data/test-*.parquet"),
          new Suite(
              "mbpp",
              "MBPP, all splits",
              "google-research-datasets/mbpp on the Hugging Face hub",
              OptionalInt.of(974),
              Asking.CODE.greedy(),
              List.of("mbpp.jsonl", "mbpp.parquet", "mbpp/mbpp.jsonl", "mbpp/full/test-*.parquet")),
          new Suite(
              "livecodebench",
              "LiveCodeBench, code generation; releases differ",
              "livecodebench/code_generation_lite on the Hugging Face hub",
              OptionalInt.empty(),
              Asking.CODE,
              List.of(
                  "livecodebench.jsonl",
                  "livecodebench.parquet",
                  "test_livecodebench.json",
                  "code_data/test_livecodebench.json",
                  "code/livecodebench.json",
                  "code_generation_lite/test.jsonl")),
          code(
              Suite.CODEFORCES,
              "Codeforces problems of 2024, in FlowRL's and DeepCoder's files",
              "xuekai/flowrl-data-collection on the Hugging Face hub",
              408,
              "codeforces.jsonl",
              "flowrl_test_codeforces.json",
              "code/codeforces.json",
              "codeforces.json",
              "test_codeforces.parquet",
              "code_data/test_codeforces.parquet"),
          code(
              "code_contests",
              "CodeContests' test set, in FlowRL's file",
              "Xuekai-Zhu/FlowRL on GitHub",
              165,
              "code_contests.jsonl",
              "flowrl_test_code_contests.json",
              "code/code_contests.json",
              "code_contests.json"),
          code(
              "leetcode",
              "LeetCode problems, in FlowRL's file",
              "Xuekai-Zhu/FlowRL on GitHub",
              200,
              "leetcode.jsonl",
              "flowrl_test_leetcode.json",
              "code/leetcode.json",
              "leetcode.json"));

  static final List<Suite> ALL =
      Stream.concat(OF_TEXT.stream(), VisionSuites.ALL.stream()).toList();

  private Suites() {}

  private static Suite math(String name, String title, String from, int rows, String... files) {
    return new Suite(name, title, from, OptionalInt.of(rows), Asking.MATH, List.of(files));
  }

  private static Suite code(String name, String title, String from, int rows, String... files) {
    return new Suite(name, title, from, OptionalInt.of(rows), Asking.CODE, List.of(files));
  }
}
