package io.braid.verify.serve;

/** Why a request is not answered with rewards. */
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

  String said() {
    return String.valueOf(getMessage());
  }
}
