# Finds a JDK of version 21 or newer and exports it as JAVA_HOME.
#
# To be sourced, by any POSIX shell:  . path/to/.mvn/find-jdk.sh || exit 1
# Nobody should have to set JAVA_HOME because the distribution's `java` is an old one. Looked at, in this order:
# JAVA_HOME, the java on the PATH, then the newest JDK below the folders of WEFT_JDK_DIRS (separated by colons).

# The search runs in a subshell, so neither the sourcing script's options nor its variables matter or change.
weft_find_jdk() (
  set +euf
  unset CDPATH
  needed=21
  jdk_dirs=${WEFT_JDK_DIRS-/usr/lib/jvm:/opt:/usr/java:$HOME/.sdkman/candidates/java:$HOME/.jdks:/Library/Java/JavaVirtualMachines}

  # The version of the JDK in this folder, such as 25.0.1; nothing if there is none, or only a JRE.
  version_of() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
    version=
    if [ -r "$1/release" ]; then
      version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([^"]*\).*/\1/p' "$1/release")
    fi
    if [ -z "$version" ]; then
      version=$("$1/bin/java" -version 2>&1 </dev/null | sed -n 's/.* version "\([^"]*\)".*/\1/p')
    fi
    printf '%s\n' "$version"
  }

  # A version as one number to compare: 25.0.1 is 25000001; 1.8.0_452 is 1008000; 26-ea is 26000000.
  rank() {
    printf '%s\n' "$1" | awk -F '[^0-9]+' '{ printf "%d\n", $1 * 1000000 + $2 * 1000 + $3 }'
  }

  # Succeeds, and prints the real path, if this folder holds a JDK that is new enough.
  accept() {
    [ -n "$1" ] && version=$(version_of "$1") || return 1
    [ "$(rank "$version")" -ge "${needed}000000" ] && (cd -P "$1" && pwd -P)
  }

  accept "${JAVA_HOME-}" && exit 0

  if on_path=$(command -v java); then
    home=$(readlink -f "$on_path" 2>/dev/null)
    home=${home%/bin/java}
    # A launcher that stands elsewhere (a version manager's, macOS's) only tells when it is asked.
    [ -x "$home/bin/javac" ] ||
      home=$("$on_path" -XshowSettings:properties -version 2>&1 </dev/null | sed -n 's/^ *java\.home = //p')
    accept "$home" && exit 0
  fi

  best= best_rank=0 seen=:
  set -f
  IFS=:
  for dir in $jdk_dirs; do
    set +f
    for home in "$dir"/*/ "$dir"/*/Contents/Home/; do
      home=$(cd -P "$home" 2>/dev/null && pwd -P) || continue
      # Distributions link several names to one JDK.
      case $seen in *":$home:"*) continue ;; esac
      seen=$seen$home:
      version=$(version_of "$home") || continue
      rank=$(rank "$version")
      [ "$rank" -gt "$best_rank" ] && best=$home best_rank=$rank
    done
  done
  [ "$best_rank" -ge "${needed}000000" ] && printf '%s\n' "$best" && exit 0

  echo "weft: no JDK of version $needed or newer found (looked at JAVA_HOME, the PATH, $(printf '%s' "$jdk_dirs" | sed 's/:/, /g')):" \
    "install one, for example Temurin 25 or your distribution's openjdk-21-jdk package" >&2
  exit 1
)

JAVA_HOME=$(weft_find_jdk) || return 1
export JAVA_HOME
