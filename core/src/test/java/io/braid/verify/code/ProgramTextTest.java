package io.braid.verify.code;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramTextTest {
  @Test
  void takesTheLastClosedPythonOrUnnamedBlock() {
    assertThat(code("a\n```python\nx = 1\n```\nb\n```py\nx = 2\n```\nend")).isEqualTo("x = 2\n");
    assertThat(code("```\nx = 1\n```\n```bash\nls\n```")).isEqualTo("x = 1\n");
    assertThat(code("```Python\n  x = 1\n```")).isEqualTo("  x = 1\n");
    assertThat(code("```python\nx = 1\n```\n```python\nx = ")).isEqualTo("x = 1\n");
    assertThat(code("   ```python\n   x = 1\n   ```")).isEqualTo("x = 1\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "```python\nx = 1\n```\nIt prints\n```\n7\n```",
        "```\nx = 1\n```\nOutput:\n```\n7 8\n```",
        "```python\nx = 1\n```\n```text\ny = 2\n```",
        "~~~python\nx = 1\n~~~",
        "````python\nx = 1\n````",
        "```py\nx = 1\n```",
        "```python3\nx = 1\n```",
        "```{.python .numberLines}\nx = 1\n```",
        "```{python}\nx = 1\n```",
        "```Python title=\"a.py\"\nx = 1\n```",
        "- ```python\n  x = 1\n  ```",
        "1. So:\n\n   ```python\n   x = 1\n   ```",
        "> ```python\n> x = 1\n> ```",
        "``` python\r\nx = 1\n```",
        "So:\n```python\nx = 1\n",
        "```\n7\n```\n```python\nx = 1\n```\n```\n8\n```"
      })
  void takesTheProgramFromAnyKindOfFence(String response) {
    assertThat(code(response)).isEqualTo("x = 1\n");
    assertThat(ProgramText.of(response).orElseThrow().marked()).isTrue();
  }

  @Test
  void skipsAnExampleOfUse() {
    String program = "```python\ndef solve(n):\n  return n\n```\n";
    String code = "def solve(n):\n  return n\n";
    assertThat(code(program + "Use:\n```python\nprint(solve(3))\n```")).isEqualTo(code);
    assertThat(code(program + "```python\n>>> solve(3)\n3\n```")).isEqualTo(code);
    assertThat(code(program + "```python\ndef solve(n):\n  return 2\n```"))
        .isEqualTo("def solve(n):\n  return 2\n");
    assertThat(code(program + "```python\nprint(int(input()))\n```"))
        .isEqualTo("print(int(input()))\n");
  }

  @Test
  void prefersAClosedBlockToAnUnclosedOne() {
    assertThat(code("```\nx = 1\n```\n```python\nx = ")).isEqualTo("x = 1\n");
    assertThat(code("```python\na = 1\n~~~\n```")).isEqualTo("a = 1\n~~~\n");
  }

  @Test
  void takesTagsIfNoBlockIsClosed() {
    assertThat(code("So: <answer>x = 1</answer> and ```python\nx = ")).isEqualTo("x = 1");
    assertThat(code("<answer>\n```python\nx = 1\n```\n</answer>")).isEqualTo("x = 1\n");
    assertThat(ProgramText.of("<answer>x</answer>").orElseThrow().marked()).isTrue();
  }

  @Test
  void takesTheWholeTextAsALastResort() {
    ProgramText text = ProgramText.of("    return x\n").orElseThrow();
    assertThat(text).isEqualTo(new ProgramText("    return x\n", false));
  }

  @Test
  void readsOnlyTheTextAfterTheThoughts() {
    assertThat(code("```python\nx = 1\n```</think>```python\nx = 2\n```")).isEqualTo("x = 2\n");
    assertThat(code("<think>```python\nx = 1\n```</think>x = 3")).isEqualTo("x = 3");
    assertThat(ProgramText.of("```python\nx = 1\n```</think>")).isEmpty();
  }

  @Test
  void limitsTheProgramsLength() {
    assertThat(ProgramText.of("```\n" + "x".repeat((1 << 18) - 1) + "\n```")).isPresent();
    assertThat(ProgramText.of("x".repeat((1 << 18) + 1))).isEmpty();
    assertThat(ProgramText.of(" \n ")).isEmpty();
  }

  @Test
  void itsKeyIgnoresCommentsAndSpacing() {
    String key = new ProgramText("def f(x):\n  return x + 1\n", true).key();
    assertThat(new ProgramText("# a\n\ndef f( x ) :  # b\n  return x+1", true).key())
        .isEqualTo(key);
    assertThat(new ProgramText("def f(x):\n  return x + 2\n", true).key()).isNotEqualTo(key);
    assertThat(new ProgramText("def f(x):\nreturn x + 1\n", true).key()).isNotEqualTo(key);
    assertThat(ProgramKey.of("s = 'a # b'")).isNotEqualTo(ProgramKey.of("s = 'a # c'"));
    assertThat(ProgramKey.of("s = 'a  b'")).isNotEqualTo(ProgramKey.of("s = 'a b'"));
    assertThat(ProgramKey.of("s = '''a\n# b\n\\''' '''"))
        .isNotEqualTo(ProgramKey.of("s = '''a\n# c\n\\''' '''"));
    assertThat(ProgramKey.of("not x")).isNotEqualTo(ProgramKey.of("notx"));
    assertThat(ProgramKey.of("x = 'open")).hasSize(24);
  }

  private static String code(String response) {
    return ProgramText.of(response).orElseThrow().code();
  }
}
