# Sourced by ./braid and ./mvnw: leaves JAVA_HOME at a JDK of at least version 25, or empty when there is none.
# A JAVA_HOME that is already new enough wins, then PATH, then the usual places.

braid_jdk_version() { # the feature version of the JDK in $1, or nothing
  [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | sed -n '1s/.*"\([0-9]*\).*/\1/p'
  fi
}

braid_find_jdk() {
  braid_path_java=$(command -v javac || true)
  [ -z "$braid_path_java" ] || braid_path_java=$(dirname "$(dirname "$(readlink -f "$braid_path_java" || echo "$braid_path_java")")")
  braid_mac_jdk=$(/usr/libexec/java_home -v 25+ 2>/dev/null || true)
  set +f
  for braid_jdk in "${JAVA_HOME-}" "$braid_path_java" "$braid_mac_jdk" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* "$HOME"/.jbang/cache/jdks/*; do
    [ -n "$braid_jdk" ] || continue
    braid_version=$(braid_jdk_version "$braid_jdk")
    if [ -n "$braid_version" ] && [ "$braid_version" -ge 25 ]; then
      printf '%s\n' "$braid_jdk"
      return 0
    fi
  done
}

braid_jdk_home=$(braid_find_jdk)
[ -z "$braid_jdk_home" ] || { JAVA_HOME=$braid_jdk_home; export JAVA_HOME; }
