package io.braid.verify;

import java.util.List;

/** A verifier that is at its best with many responses. */
interface ManyAtOnce extends Verifier {
  @Override
  List<Verdict> judgeAll(List<Submission> submissions);

  @Override
  default Verdict judge(Submission submission) {
    return judgeAll(List.of(submission)).getFirst();
  }
}
