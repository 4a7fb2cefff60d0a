# shellcheck shell=bash
# Sourced by the launchers. `launch COMMAND ARGS...` asks io.vitrine.launch.Launcher for the process to start, and becomes it.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# File names are UTF-8, whatever the session's locale.
case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
  *UTF-8 | *utf8 | *utf-8 | *UTF8) ;;
  *) export LC_ALL=C.UTF-8 ;;
esac

# The environment or the installation must change: exit code 3.
die() {
  echo "error: $*" >&2
  exit 3
}

# The jar for the Spark in SPARK_HOME. Without one, that for VITRINE_SPARK (3.5 or 4), or the one that was built.
built_jar() {
  local jar3=$root/target/vitrine_2.12-spark3.5.jar jar4=$root/target/spark-4/vitrine_2.13-spark4.jar core=()
  if [[ -n ${SPARK_HOME:-} ]]; then
    core=("$SPARK_HOME"/jars/spark-core_2.13-4.*.jar)
    [[ -f ${core[0]} ]] && echo "$jar4" || echo "$jar3"
  else
    [[ ${VITRINE_SPARK:-4} =~ ^(3\.5|4)(\..*)?$ ]] || die "VITRINE_SPARK is '$VITRINE_SPARK', but Vitrine is for Spark 3.5 and 4."
    [[ ${VITRINE_SPARK:-} == 4* || (-z ${VITRINE_SPARK:-} && -f $jar4 && ! -f $jar3) ]] && echo "$jar4" || echo "$jar3"
  fi
}

launch() {
  local jar words=() profile=
  jar=${VITRINE_JAR:-$(built_jar)}
  local plain=(env -u JAVA_TOOL_OPTIONS -u JDK_JAVA_OPTIONS -u _JAVA_OPTIONS) # the user's options are for the command's JVM
  [[ $("${plain[@]}" "$java" -version 2>&1) =~ version\ \"(1\.)?([0-9]+) ]] ||
    die "No Java here ($java). Install a JDK 17 and set JAVA_HOME."
  ((BASH_REMATCH[2] >= 17)) || die "Java ${BASH_REMATCH[2]} is too old: Vitrine needs a JDK 17. Set JAVA_HOME to one."
  [[ $jar != *:/* ]] || jar=$(built_jar) # a jar in an image or at a URL cannot be read here
  [[ $jar != *spark4.jar ]] || profile='-Pspark-4 '
  [[ -f $jar ]] || die "No $jar. Build it first: mvn -B ${profile}-DskipTests package"
  mapfile -d '' -t words < <(
    "${plain[@]}" VITRINE_JVM_OPTIONS="${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${_JAVA_OPTIONS:-}" "$java" -XX:TieredStopAtLevel=1 \
      -XX:+UseSerialGC -cp "$jar" io.vitrine.launch.Launcher "$root" "$jar" "$@" || failed=$?
    printf '%d\0' "${failed:-0}"
  )
  ((words[-1] == 0)) || exit "${words[-1]}"
  exec env "${words[@]:0:${#words[@]}-1}"
}
