package io.braid.run.eval;

import io.braid.Check;
import io.braid.UserError;
import io.braid.input.DataSource;
import io.braid.input.LoadedModel;
import io.braid.input.Prompting;
import io.braid.rollout.Group;
import io.braid.rollout.Response;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.run.Sample;
import io.braid.run.Samples;
import io.braid.sampling.AskedProblem;
import io.braid.task.Answered;
import io.braid.task.Problem;
import io.braid.task.ProblemFields;
import io.braid.task.Split;
import io.braid.task.Where;
import io.braid.task.records.RecordFile;
import io.braid.trajectory.Sequence;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import io.braid.verify.VerifierSettings;
import io.braid.vision.PromptTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The source of responses to score: a run's samples, a file of questions with responses, or the
 * model itself.
 *
 * @param data a file, or a generated task
 * @param fields keys of the question and the reference answer
 * @param where selects records of a file
 * @param response key of the response
 * @param count number of responses to use, from the first; absent for all
 * @param prompt how a question becomes a prompt; the prompts of a run's samples are used unchanged
 * @param addSpecialTokens whether raw prompts get the special tokens that the tokenizer adds
 * @param verifier how responses are judged
 * @param sampling settings for sampling responses from the model; absent to use the file's
 *     responses
 */
public record Answers(
    String data,
    ProblemFields fields,
    Where where,
    Optional<String> response,
    Optional<Integer> count,
    Prompting prompt,
    boolean addSpecialTokens,
    VerifierSettings verifier,
    Optional<Sampling> sampling) {
  /** Memory for keys and values during sampling, in bytes. */
  private static final long CACHE_BYTES = 2_000_000_000L;

  private static final int AT_ONCE = 64;
  private static final int MOST_TOKENS = 1024;

  /**
   * Settings for sampling responses from the model.
   *
   * @param samples number of responses to each problem
   * @param temperature sampling temperature, by which the logits are divided
   * @param mostTokens maximum length of a response, in tokens; by default what the context leaves,
   *     at most 1024
   * @param seed sampling seed; the same seed gives the same responses
   */
  public record Sampling(
      int samples, double temperature, Optional<Integer> mostTokens, long seed) {}

  /**
   * A response to score.
   *
   * @param problem id of the problem, or the place of its record if it has none
   * @param prompt the prompt as the model sees it
   * @param response the response as text
   * @param tokens tokens of the prompt and the response
   * @param correct whether the verifier calls the response correct; absent without a reference
   * @param reward reward of the response; absent without a reference
   */
  public record Answer(
      String problem,
      String prompt,
      String response,
      Sequence tokens,
      Optional<Boolean> correct,
      Optional<Double> reward) {}

  /** Checks the count. */
  public Answers {
    Check.atLeast("count", count, 1);
  }

  /**
   * Reads or samples the responses.
   *
   * @throws UserError if there are none, or one does not fit the model's context
   */
  List<Answer> of(LoadedModel loaded) {
    LoadedModel model = loaded.addingSpecialTokens(addSpecialTokens);
    List<Answer> all;
    if (sampling.isPresent()) {
      all = sampled(model, sampling.get());
    } else if (Samples.areIn(Path.of(data))) {
      all = first(Samples.read(Path.of(data))).stream().map(each -> of(each, model)).toList();
    } else {
      all = recorded(model);
    }
    List<Answer> fit = all.stream().filter(each -> each.tokens().response().length > 0).toList();
    if (fit.isEmpty()) {
      throw new UserError(
          data + " has no responses: all of them are empty; give other files with --data");
    }
    fit.forEach(each -> refuseTooLong(each, model));
    return fit;
  }

  private <T> List<T> first(List<T> all) {
    return all.subList(0, Math.min(all.size(), count.orElse(Integer.MAX_VALUE)));
  }

  /**
   * Converts a run's sample; its prompt is the text that the model saw, including special tokens.
   */
  private Answer of(Sample sample, LoadedModel model) {
    boolean ended = sample.finish().equals("stop_token");
    return new Answer(
        sample.problem(),
        sample.prompt(),
        sample.response(),
        sequence(model, shown(sample, model), sample.response(), ended),
        Optional.of(sample.correct()),
        Optional.of(sample.reward()));
  }

  /** Returns the tokens of a sample's prompt, which must not have had images. */
  private static PromptTokens shown(Sample sample, LoadedModel model) {
    long[] ids = model.tokenizer().encode(sample.prompt());
    model
        .transformer()
        .config()
        .vision()
        .filter(vision -> Arrays.stream(ids).anyMatch(id -> id == vision.imageToken()))
        .ifPresent(_ -> {
          throw new UserError(
              "problem %s: its prompt had images, which a run's samples do not hold; give the problems' data, and let the model respond with --sample N"
                  .formatted(sample.problem()));
        });
    return PromptTokens.text(ids);
  }

  private List<Answer> recorded(LoadedModel model) {
    if (!Files.exists(Path.of(data)) && !RecordFile.isNamed(data)) {
      throw new UserError(
          "%s: there is no such file, and a generated task has no responses; let the model respond with --sample N"
              .formatted(data));
    }
    List<Answered> all = Answered.read(Path.of(data), where, fields, response);
    List<Answered> answered = first(fitting(all, model));
    Iterator<Verdict> verdicts =
        judge(
            answered.stream()
                .flatMap(each ->
                    each.problem().stream().map(problem -> Submission.of(problem, each.response())))
                .toList());
    List<Answer> judged = new ArrayList<>();
    for (Answered each : answered) {
      Optional<Verdict> verdict = each.problem().map(_ -> verdicts.next());
      String asked =
          prompt.render(each.question(), each.conversation(), each.where(), model.chatTemplate());
      judged.add(
          new Answer(
              each.problem().map(Problem::id).orElse("record " + (judged.size() + 1)),
              asked,
              each.response(),
              sequence(model, tokens(each, model), each.response(), true),
              verdict.map(Verdict::correct),
              verdict.map(Verdict::reward)));
    }
    return judged;
  }

  private List<Answered> fitting(List<Answered> all, LoadedModel model) {
    if (!prompt.mayLeaveOut()) {
      return all;
    }
    int context = model.transformer().config().maxPositions();
    List<Answered> some =
        all.stream()
            .filter(each -> {
              int room = context - model.tokenizer().encode(each.response()).length - 1;
              return !prompt.leavesOut(each.where(), tokens(each, model).length(), room);
            })
            .toList();
    prompt.tell(all.size(), some.size(), context);
    return some;
  }

  private PromptTokens tokens(Answered each, LoadedModel model) {
    return prompt.tokens(each.question(), each.conversation(), each.images(), each.where(), model);
  }

  private Iterator<Verdict> judge(List<Submission> submissions) {
    if (submissions.isEmpty()) {
      return Collections.emptyIterator();
    }
    try (Verifier judge = verifier.create()) {
      return judge.judgeAll(submissions).iterator();
    }
  }

  /**
   * Returns the tokens of a prompt and a response, with the end token if the model ended the
   * response.
   */
  private static Sequence sequence(
      LoadedModel model, PromptTokens prompt, String response, boolean ended) {
    long[] text = model.tokenizer().encode(response);
    if (!ended || model.stopIds().isEmpty()) {
      return new Sequence(prompt, text);
    }
    long[] whole = Arrays.copyOf(text, text.length + 1);
    whole[text.length] = model.tokenizer().eosId().orElse(model.stopIds().getFirst());
    return new Sequence(prompt, whole);
  }

  private List<Answer> sampled(LoadedModel model, Sampling how) {
    int problems = count.map(most -> Math.ceilDiv(most, how.samples())).orElse(Integer.MAX_VALUE);
    List<AskedProblem> asked =
        model.ask(
            new DataSource(data, fields, where).problems(Split.TEST, OptionalInt.of(problems)),
            prompt,
            how.mostTokens().orElse(1));
    int longest = asked.stream().mapToInt(each -> each.prompt().ids().length).max().orElse(0);
    int room = model.transformer().config().maxPositions() - longest;
    Rollout rollout =
        new Rollout(
            model.transformer(),
            new SamplingSettings(
                how.samples(),
                how.temperature(),
                1, // top p
                0, // top k
                0, // least tokens
                how.mostTokens().orElse(Math.clamp(room, 1, MOST_TOKENS)),
                model.stopIds(),
                prompt.format().stop().stream().toList()),
            model.tokenizer()::decode,
            CACHE_BYTES);
    List<Sampled> all = new ArrayList<>();
    for (int from = 0; from < asked.size(); from += AT_ONCE) {
      List<AskedProblem> some = asked.subList(from, Math.min(asked.size(), from + AT_ONCE));
      List<Group> groups =
          rollout.sample(some.stream().map(AskedProblem::prompt).toList(), how.seed());
      for (int g = 0; g < some.size(); g++) {
        AskedProblem problem = some.get(g);
        groups.get(g).responses().forEach(each -> all.add(new Sampled(problem, each)));
      }
    }
    List<Sampled> wanted = first(all);
    Iterator<Verdict> verdicts = judge(wanted.stream().map(Sampled::submission).toList());
    return wanted.stream().map(each -> each.answer(verdicts.next(), model)).toList();
  }

  /** A response sampled from the model. */
  private record Sampled(AskedProblem asked, Response response) {
    Submission submission() {
      return new Submission(asked.problem(), response.text(), !response.truncated());
    }

    Answer answer(Verdict verdict, LoadedModel model) {
      return new Answer(
          asked.problem().id(),
          model.tokenizer().decodeRaw(asked.prompt().ids()),
          response.text(),
          new Sequence(asked.prompt().tokens(), response.ids()),
          Optional.of(verdict.correct()),
          Optional.of(verdict.reward()));
    }
  }

  private void refuseTooLong(Answer answer, LoadedModel model) {
    int context = model.transformer().config().maxPositions();
    if (answer.tokens().prompt().length == 0) {
      throw new UserError("%s: a prompt is empty; leave it out".formatted(data));
    }
    if (answer.tokens().length() > context) {
      throw new UserError(
          "%s: prompt and response have %d tokens together, the model's context %d; leave it out (its prompt begins with \"%s\")"
              .formatted(
                  data,
                  answer.tokens().length(),
                  context,
                  answer
                      .prompt()
                      .substring(0, Math.min(40, answer.prompt().length()))
                      .replaceAll("\\R", " ")));
    }
  }
}
