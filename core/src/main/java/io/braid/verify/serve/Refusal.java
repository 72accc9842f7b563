package io.braid.verify.serve;

/** Rejects a request, with an HTTP status and a reason. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  final int status;

  Refusal(int status, String message) {
    super(message);
    this.status = status;
  }

  static Refusal badRequest(String message) {
    return new Refusal(400, message);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
