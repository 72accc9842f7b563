package io.braid.verify.judge;

import io.braid.remote.ChatModel;
import io.braid.remote.ChatReply;
import io.braid.remote.ChatSettings;
import io.braid.templates.ChatMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A chat model with replies scripted by a test. */
public final class ScriptedChat implements ChatModel {
  private final Function<String, String> script;
  private final List<String> prompts = new CopyOnWriteArrayList<>();
  private final List<ChatSettings> settings = new CopyOnWriteArrayList<>();
  private boolean closed;

  /** Creates a model that answers the last message by a script. */
  public ScriptedChat(Function<String, String> script) {
    this.script = script;
  }

  /** Creates an honest judge, which compares the boxed answer with the reference. */
  public static ScriptedChat honest() {
    return new ScriptedChat(prompt -> {
      String response = between(prompt, "end of the response");
      String box = response.substring(response.lastIndexOf("\\boxed{") + 7);
      boolean agrees = box.startsWith(between(prompt, "reference answer").strip() + "}");
      return "I compared them.\nVERDICT: " + (agrees ? "CORRECT" : "WRONG");
    });
  }

  private static String between(String prompt, String name) {
    String mark = prompt.replaceAll("(?s).*begin with \"\\[([0-9a-f]{16})\".*", "$1");
    String begin = "[" + mark + " " + name + " begins]\n";
    int from = prompt.indexOf(begin) + begin.length();
    return prompt.substring(from, prompt.indexOf("\n[" + mark + " " + name + " ends]", from));
  }

  @Override
  public List<ChatReply> complete(List<ChatMessage> messages, ChatSettings how) {
    String prompt = messages.getLast().content().orElseThrow();
    prompts.add(prompt);
    settings.add(how);
    return List.of(new ChatReply(script.apply(prompt), true, 1));
  }

  /** Returns the prompts that the model received. */
  public List<String> prompts() {
    return prompts;
  }

  /** Returns the settings of the requests. */
  public List<ChatSettings> settings() {
    return settings;
  }

  /** Whether the model was closed. */
  public boolean closed() {
    return closed;
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public void close() {
    closed = true;
  }
}
