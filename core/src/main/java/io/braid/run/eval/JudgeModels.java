package io.braid.run.eval;

import io.braid.remote.ChatModel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The judges of an evaluation, each opened once for all suites, when the first needs it. */
final class JudgeModels implements AutoCloseable {
  private final Map<SuiteJudge, Optional<ChatModel>> open = new HashMap<>();

  /** Returns a judge, which this object closes; empty if the settings do without. */
  Optional<ChatModel> open(SuiteJudge judge) {
    return open.computeIfAbsent(judge, SuiteJudge::open);
  }

  @Override
  public void close() {
    open.values().forEach(each -> each.ifPresent(ChatModel::close));
  }
}
