#!/usr/bin/env bash
# Lets Slurm and GNU parallel work on a sweep for real: slurmctld, two slurmd and munge on this machine,
# sshd on two loopback addresses. Jobs are killed and requeued, a node is drained. Then every run must be
# there once and equal to that of a sweep that nobody disturbed. Needs root and the built program, and
# installs Debian's packages where they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
lab=$PWD/target/release/overfit-lab

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "skipped: this needs root and Debian's packages"
    exit 0
fi
if ! command -v slurmctld >/dev/null || ! command -v slurmd >/dev/null || ! command -v munged >/dev/null \
    || ! command -v parallel >/dev/null || ! command -v pgrep >/dev/null || [ ! -x /usr/sbin/sshd ]; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        slurm-wlm munge parallel openssh-server openssh-client procps
fi

work=$(mktemp -d)
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    pkill -9 -f "$work" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
fail() {
    echo "cluster check: $*" >&2
    tail -n 12 "$work"/*.log "$work"/*.out "$work"/sweep/slurm/*.out "$work"/sweep/*joblog >&2 2>/dev/null || true
    exit 1
}
# Where the engines can't be started at all, as in a container that forbids it, nothing is said of sweeps.
skip() {
    echo "skipped: $*"
    exit 0
}
# Waits for so many seconds until a command succeeds.
waits() {
    local seconds=$1
    shift
    for _ in $(seq 1 $((seconds * 5))); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.2
    done
    return 1
}
until_true() {
    local seconds=$1 what=$2
    shift 2
    waits "$seconds" "$@" || fail "$what"
}

# A sweep of twelve small runs.
"$lab" sweep plan --architecture cnn --width 0.125 --train-size 400 --validation-size 200 --epochs 8 \
    --batch-size 16 --vary dropout=0,0.25,0.5 --vary augment=none,article --seeds 2 \
    --out "$work/sweep" --runs-dir "$work/calm"
"$lab" sweep run "$work/sweep" --runs-dir "$work/calm" >/dev/null

finished() {
    "$lab" sweep status "$work/sweep" --runs-dir "$1" --json | grep -q '"finished":12,'
}
# Every run is there once, with the weights of the undisturbed one.
check_runs() {
    local store=$1 run
    finished "$store" || fail "not all runs are finished in $store"
    [ "$(find "$store" -mindepth 1 -maxdepth 1 -name 'R*' | wc -l)" = 12 ] || fail "not twelve runs"
    [ ! -e "$store/.bin" ] || fail "a run was thrown away"
    for run in "$work"/calm/R*; do
        cmp -s "$run/checkpoints/best.safetensors" \
            "$store/$(basename "$run")/checkpoints/best.safetensors" \
            || fail "$(basename "$run") differs"
    done
}

# The runs in training, and neither the shells nor the engine that started them.
runs() { pgrep -f "^$lab --threads 1 .*sweep job $work/sweep"; }

if [ "${1:-all}" != parallel ]; then
echo "== Slurm"
install -d -o munge -g munge -m 0755 /run/munge
if ! munge -n 2>/dev/null | unmunge >/dev/null 2>&1; then
    runuser -u munge -- /usr/sbin/munged || true
fi
waits 20 sh -c 'munge -n | unmunge' || skip "munge doesn't start here"
host=$(uname -n | cut -d. -f1)
mkdir -p "$work"/state "$work"/spool1 "$work"/spool2
cat > "$work/slurm.conf" <<CONF
ClusterName=check
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
CryptoType=crypto/munge
AuthInfo=cred_expire=10
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobRequeue=1
ReturnToService=2
MpiDefault=none
SlurmctldPort=36817
SlurmdPort=36818
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd-%n.log
MailProg=/bin/true
SchedulerParameters=sched_interval=1,batch_sched_delay=0
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=36818 CPUs=2 RealMemory=2000
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=36819 CPUs=2 RealMemory=2000
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
mkdir -p "$work/spooln1" "$work/spooln2"
slurmctld -D >"$work/slurmctld.out" 2>&1 &
pids+=($!)
for node in n1 n2; do
    slurmd -D -N "$node" >"$work/$node.out" 2>&1 &
    pids+=($!)
done
waits 60 sh -c 'sinfo -h -o %T | grep -q idle && ! sinfo -h -N -o %T | grep -qv idle' \
    || skip "Slurm doesn't start here: $(tail -n 3 "$work"/slurmctld.log)"

store=$work/slurm
submit() {
    "$lab" sweep submit "$work/sweep" --slurm --at-once 4 --time 10 --runs-dir "$store" -- --parsable
}
submit
job=$(squeue -h -o %A | head -1)
until_true 60 "Slurm starts no run" runs
for round in 1 2 3 4; do
    sleep 0.7
    # A run is killed as a node that goes down kills it, and given back to the queue.
    pid=$(runs | shuf -n 1 || true)
    if [ -n "$pid" ]; then
        task=$(tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | sed -n 's/^SLURM_JOB_ID=//p' || true)
        if [ $((round % 2)) = 1 ] && [ -n "$task" ]; then
            scontrol requeue "$task" || true
        else
            kill -9 "$pid" 2>/dev/null || true
        fi
    fi
    if [ "$round" = 2 ]; then
        scontrol update NodeName=n2 State=DRAIN Reason=check
    fi
done
until_true 240 "Slurm's queue doesn't empty" sh -c '! squeue -h | grep -q .'
scontrol update NodeName=n2 State=RESUME
# What was killed without a word to Slurm is submitted again: finished runs are found, the others go on.
if ! finished "$store"; then
    submit
    until_true 240 "Slurm's queue doesn't empty" sh -c '! squeue -h | grep -q .'
fi
check_runs "$store"
echo "twelve runs by Slurm, killed, requeued and drained: all as they should be (job $job)"

fi

echo "== GNU parallel over ssh"
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f "$work/key"
ssh-keygen -q -t ed25519 -N '' -f "$work/host"
cp "$work/key.pub" "$work/authorized"
chmod 700 "$work"
/usr/sbin/sshd -f /dev/null -h "$work/host" -p 2222 -o ListenAddress=127.0.0.1 -o ListenAddress=127.0.0.2 \
    -o AuthorizedKeysFile="$work/authorized" -o PidFile="$work/sshd.pid" -o StrictModes=no -D \
    >"$work/sshd.out" 2>&1 &
pids+=($!)
export PARALLEL_SSH="ssh -p 2222 -i $work/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
printf '2/127.0.0.1\n2/127.0.0.2\n' >"$work/hosts"
waits 20 $PARALLEL_SSH 127.0.0.2 true || skip "sshd doesn't start here"

store=$work/parallel
start() {
    "$lab" sweep submit "$work/sweep" --parallel "$work/hosts" --runs-dir "$store"
}
start >"$work/parallel.out" 2>&1 &
whole=$!
until_true 60 "parallel starts no run" runs
for _ in 1 2 3; do
    sleep 0.8
    pid=$(runs | shuf -n 1 || true)
    if [ -n "$pid" ]; then kill -9 "$pid" 2>/dev/null || true; fi
done
# Some runs were killed, so that the command ends with an error; the same command goes on.
wait "$whole" || true
for _ in 1 2 3; do
    if start >>"$work/parallel.out" 2>&1; then break; fi
done
check_runs "$store"
echo "twelve runs by GNU parallel on two hosts, three of them killed: all as they should be"

# A host that doesn't answer is named before anything is started.
printf '127.0.0.9\n' >"$work/nobody"
if "$lab" sweep submit "$work/sweep" --parallel "$work/nobody" --runs-dir "$work/none" >"$work/said" 2>&1; then
    fail "a host that doesn't answer is taken for one that does"
fi
grep -q "doesn't answer" "$work/said" || fail "what is wrong with a host isn't said: $(cat "$work/said")"
[ ! -e "$work/none" ] || fail "something was started without hosts"
echo "done"
