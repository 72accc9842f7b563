package io.braid.verify.serve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks the host names by which clients address the server. A web page can make its own name
 * resolve to this machine (DNS rebinding); its requests then carry that name in {@code Host} and
 * are refused. Numeric addresses cannot be redirected in this way.
 */
final class HostNames {
  private static final Pattern PORT = Pattern.compile(":\\d{0,5}$");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost\\.?|127(\\.\\d{1,3}){3}|\\[(::1|0*(:0*){1,6}:0*1)]");
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+(%[^]]*)?]");

  private final boolean loopbackOnly;
  private final Set<String> names = new HashSet<>();

  HostNames(ServeSettings settings) {
    this.loopbackOnly = settings.address().isLoopbackAddress();
    settings.hostNames().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    names.add(settings.host().toLowerCase(Locale.ROOT));
    if (!loopbackOnly) {
      addOwn();
    }
  }

  private void addOwn() {
    try {
      InetAddress own = InetAddress.getLocalHost();
      names.add(own.getHostName().toLowerCase(Locale.ROOT));
      names.add(own.getCanonicalHostName().toLowerCase(Locale.ROOT));
    } catch (UnknownHostException _) {
      // A machine without a name is addressed by its numeric address.
    }
  }

  /**
   * Rejects a request that addresses this server by an unknown name.
   *
   * @param given the request's {@code Host} headers
   */
  void check(List<String> given) throws Refusal {
    if (given.size() != 1) {
      throw Refusal.badRequest("the request must have exactly one Host header");
    }
    String name = PORT.matcher(given.getFirst().strip().toLowerCase(Locale.ROOT)).replaceFirst("");
    boolean known =
        LOOPBACK.matcher(name).matches()
            || names.contains(name)
            || (!loopbackOnly && ADDRESS.matcher(name).matches());
    if (!known) {
      throw new Refusal(
          421,
          "the request's Host is not a name of this server; to allow"
              + " it, start the server with --allow-host NAME");
    }
  }
}
