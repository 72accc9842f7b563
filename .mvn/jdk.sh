# Sourced by ./braid and ./mvnw: leaves JAVA_HOME at a JDK of at least version 25, or empty when there is none.
# A JAVA_HOME that is already new enough wins, then PATH, then the usual places.
# $braid_jdk_release is the JDK's full version, such as 25.0.3+9-LTS.

braid_is_jdk() { # whether $1 is a JDK of at least version 25
  [ -n "$1" ] && [ -x "$1/bin/javac" ] || return 1
  braid_jdk_version='' braid_jdk_release=''
  if [ -r "$1/release" ]; then
    while IFS='="' read -r braid_key braid_none braid_value braid_none; do
      case $braid_key in
        JAVA_VERSION) braid_jdk_version=${braid_value%%[!0-9]*} braid_jdk_release=${braid_jdk_release:-$braid_value} ;;
        JAVA_RUNTIME_VERSION) braid_jdk_release=$braid_value ;;
      esac
    done < "$1/release"
  else
    braid_jdk_version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*"\([0-9]*\).*/\1/p')
  fi
  [ -n "$braid_jdk_version" ] && [ "$braid_jdk_version" -ge 25 ]
}

braid_find_jdk() {
  braid_is_jdk "${JAVA_HOME-}" && return
  JAVA_HOME=$(command -v javac || true)
  [ -z "$JAVA_HOME" ] || JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$JAVA_HOME" || echo "$JAVA_HOME")")")
  braid_is_jdk "$JAVA_HOME" && return
  [ ! -x /usr/libexec/java_home ] || JAVA_HOME=$(/usr/libexec/java_home -v 25+ 2>/dev/null || true)
  braid_is_jdk "$JAVA_HOME" && return
  set +f
  for JAVA_HOME in \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* "$HOME"/.jbang/cache/jdks/*; do
    braid_is_jdk "$JAVA_HOME" && return
  done
  JAVA_HOME=
}

braid_old_java_home=${JAVA_HOME-}
braid_find_jdk || true
braid_jdk_home=$JAVA_HOME
JAVA_HOME=${braid_jdk_home:-$braid_old_java_home}
[ -z "$JAVA_HOME" ] || export JAVA_HOME
