package io.braid.verify.serve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names by which a server may be called. A web page can have its own name point to this machine
 * (DNS rebinding), and then asks with that name in {@code Host}: it is refused. An address in
 * figures cannot be pointed anywhere.
 */
final class HostNames {
  private static final Pattern PORT = Pattern.compile(":\\d{0,5}$");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost\\.?|127(\\.\\d{1,3}){3}|\\[(::1|0*(:0*){1,6}:0*1)]");
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+(%[^]]*)?]");

  private final boolean onlyHere;
  private final Set<String> names = new HashSet<>();

  HostNames(ServeSettings settings) {
    this.onlyHere = settings.address().isLoopbackAddress();
    settings.hostNames().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    names.add(settings.host().toLowerCase(Locale.ROOT));
    if (!onlyHere) {
      addOwn();
    }
  }

  private void addOwn() {
    try {
      InetAddress own = InetAddress.getLocalHost();
      names.add(own.getHostName().toLowerCase(Locale.ROOT));
      names.add(own.getCanonicalHostName().toLowerCase(Locale.ROOT));
    } catch (UnknownHostException _) {
      // A machine without a name is called by its address.
    }
  }

  /**
   * Refuses a request that calls this server by another's name.
   *
   * @param given the request's {@code Host} headers
   */
  void check(List<String> given) throws Refusal {
    if (given.size() != 1) {
      throw Refusal.badRequest("wants one Host header");
    }
    String name = PORT.matcher(given.getFirst().strip().toLowerCase(Locale.ROOT)).replaceFirst("");
    boolean known =
        LOOPBACK.matcher(name).matches()
            || names.contains(name)
            || (!onlyHere && ADDRESS.matcher(name).matches());
    if (!known) {
      throw new Refusal(
          421,
          "this server has another name than the request's Host; if it is to be called by that"
              + " name, start it with --allow-host NAME");
    }
  }
}
