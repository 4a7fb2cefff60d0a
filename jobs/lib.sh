# shellcheck shell=bash
# Sourced by the launchers: finds the jar and Spark, and starts the real SparkSubmit.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar=${VITRINE_JAR:-$root/target/vitrine.jar}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# File names in UTF-8, whatever the session's locale; no usage reports; no noise from native decoders.
case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
  *UTF-8 | *utf8 | *utf-8 | *UTF8) ;;
  *) export LC_ALL=C.UTF-8 ;;
esac
export OPT_OUT_TRACKING=true OPENCV_LOG_LEVEL=${OPENCV_LOG_LEVEL:-SILENT}
export OPENCV_IO_MAX_IMAGE_PIXELS=${OPENCV_IO_MAX_IMAGE_PIXELS:-178956970}

die() {
  echo "error: $*" >&2
  exit 1
}

require_jar() {
  case "$jar" in *:/*) return ;; esac # in an image, or at a URL
  [ -f "$jar" ] || die "no $jar. Build it first: mvn -B -DskipTests package"
}

# conf/jvm.options, and what Spark's own scripts pass on JDK 17.
jvm_tuning=()
while IFS= read -r option; do
  case "$option" in '' | '#'*) ;; *) jvm_tuning+=("$option") ;; esac
done <"$root/conf/jvm.options"
jvm_options=(
  "${jvm_tuning[@]}"
  --add-opens=java.base/java.lang=ALL-UNNAMED
  --add-opens=java.base/java.lang.invoke=ALL-UNNAMED
  --add-opens=java.base/java.lang.reflect=ALL-UNNAMED
  --add-opens=java.base/java.io=ALL-UNNAMED
  --add-opens=java.base/java.net=ALL-UNNAMED
  --add-opens=java.base/java.nio=ALL-UNNAMED
  --add-opens=java.base/java.util=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED
  --add-opens=java.base/jdk.internal.ref=ALL-UNNAMED
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
  --add-opens=java.base/sun.nio.cs=ALL-UNNAMED
  --add-opens=java.base/sun.security.action=ALL-UNNAMED
  --add-opens=java.base/sun.util.calendar=ALL-UNNAMED
  --add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED
  -Djdk.reflect.useDirectMethodHandle=false
)

# Spark as Maven resolved it, where SPARK_HOME is not set.
spark_classpath() {
  [ -f "$root/target/spark.classpath" ] ||
    die "SPARK_HOME is not set, and $root/target/spark.classpath is missing. Set it, or build: mvn -B -DskipTests package"
  cat "$root/target/spark.classpath"
}

# Runs a class without Spark's submission, for what needs no cluster: `run_class JARS CLASS ARGS...`.
run_class() {
  require_jar
  local jars=$1 classpath
  shift
  if [ -n "${SPARK_HOME:-}" ]; then classpath="$SPARK_HOME/jars/*"; else classpath=$(spark_classpath); fi
  exec "$java" "${jvm_options[@]}" -Dlog4j2.configurationFile="$root/conf/log4j2.properties" -cp "$jars:$classpath" "$@"
}

run_plain() { run_class "$jar" io.vitrine.Vitrine "$@"; }

# A command of vitrine-dev.jar.
run_dev() { run_class "$jar:$root/target/vitrine-dev.jar" io.vitrine.dev.DevCli "$@"; }

# The heap of a local run: a gigabyte, and room for each slot's reads and Parquet buffers. Less where the machine is small.
default_memory() {
  local cores
  cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
  echo "$((1024 + 256 * cores))m"
}

# Submits a command of the jar: `submit COMMAND ARGS...`. Options of spark-submit among ARGS go before the jar.
submit() {
  require_jar
  local command=$1
  shift
  local spark=() ours=() memory='' master='' mode=client driver_java=''
  while [ $# -gt 0 ]; do
    case "$1" in
      --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;; # one form for both
    esac
    case "$1" in
      --driver-memory | --master | --deploy-mode | --name | --conf | -c | --properties-file | --jars | --packages | \
        --repositories | --exclude-packages | --files | --archives | --driver-java-options | --driver-library-path | \
        --driver-class-path | --driver-cores | --executor-memory | --executor-cores | --num-executors | \
        --total-executor-cores | --queue | --principal | --keytab | --proxy-user)
        [ $# -gt 1 ] || die "$1 needs a value"
        case "$1 $2" in
          "--driver-memory "*) memory=$2 ;;
          *" spark.driver.memory="*) memory=${2#*=} ;;
          "--master "*) master=$2 ;;
          "--deploy-mode "*) mode=$2 ;;
          *" spark.driver.extraJavaOptions="*) driver_java=${2#*=} ;;
          "--driver-java-options "*) driver_java=$2 ;;
          *" spark.master="*) master=${2#*=} ;;
          *" spark.submit.deployMode="*) mode=${2#*=} ;;
        esac
        spark+=("$1" "$2")
        shift 2
        ;;
      --supervise | --verbose)
        spark+=("$1")
        shift
        ;;
      --max-pixels)
        export OPENCV_IO_MAX_IMAGE_PIXELS=${2:-} # behind our own check
        ours+=("$1")
        shift
        ;;
      *)
        ours+=("$1")
        shift
        ;;
    esac
  done
  if [ "$mode" = cluster ] && [[ $master == spark://* ]]; then
    submit_to_standalone_cluster
    return
  fi
  run_submission exec
}

# Starts SparkSubmit on what `submit` has sorted: `run_submission [exec]`.
run_submission() {
  local args=(--class io.vitrine.Vitrine ${spark[@]+"${spark[@]}"} "$jar" "$command" ${ours[@]+"${ours[@]}"})
  if [ -n "${SPARK_HOME:-}" ]; then
    # Without the collector: the user's settings may name another, and a JVM does not start with two.
    SPARK_SUBMIT_OPTS="${jvm_tuning[*]/-XX:+UseParallelGC/} ${SPARK_SUBMIT_OPTS:-} -Dlog4j2.configurationFile=$root/conf/log4j2.properties" \
      ${1:-} "$SPARK_HOME/bin/spark-submit" "${args[@]}"
    return
  fi
  # This JVM is the driver, so its heap is set here, not by SparkSubmit.
  ${1:-} "$java" "${jvm_options[@]}" "-Xmx${memory:-$(default_memory)}" \
    -Dlog4j2.configurationFile="$root/conf/log4j2.properties" \
    -cp "$root/conf:$(spark_classpath)" org.apache.spark.deploy.SparkSubmit "${args[@]}"
}

# SparkSubmit ends with 0 whatever becomes of a driver that a standalone cluster runs, so the driver's last state decides.
submit_to_standalone_cluster() {
  local log
  log=$(mktemp)
  spark+=(--conf spark.standalone.submit.waitAppCompletion=true)
  # A worker starts the driver without what Spark's scripts pass on JDK 17.
  local options="${jvm_options[*]}"
  case "$driver_java" in *-XX:+Use*GC*) options=${options//-XX:+UseParallelGC/} ;; esac
  spark+=(--conf "spark.driver.extraJavaOptions=$options $driver_java")
  run_submission 2> >(tee "$log" >&2) || true
  wait
  local state
  state=$(sed -n 's/.*State of driver \(driver-[0-9-]*\) is \([A-Z]*\).*/\1 \2/p' "$log" | tail -1)
  rm -f "$log"
  case "$state" in
    *" FINISHED") ;;
    "") die "the cluster did not say what became of the driver. See the master's page." ;;
    *) die "${state% *} ended as ${state#* }. Its standard error is on its worker, in work/${state% *}/stderr." ;;
  esac
}
