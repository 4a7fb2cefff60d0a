#!/usr/bin/env bash
# Spark's discovery script: prints the GPUs of this host as {"name": "gpu", "addresses": ["0", ...]}; on a host without GPUs
# the list is empty. A GPU that MIG divides counts as its instances, in CUDA's order: CUDA_VISIBLE_DEVICES can select each.
# Set it as spark.worker.resource.gpu.discoveryScript on a worker, on YARN and Kubernetes as
# spark.executor.resource.gpu.discoveryScript.
set -uo pipefail

addresses=()
if command -v nvidia-smi >/dev/null 2>&1; then
  # Lines are "GPU 0: NAME (UUID: ...)", each followed by "  MIG 3g.20gb Device 0: (UUID: ...)" for its instances.
  listing=$(nvidia-smi -L 2>/dev/null) || listing=
  if grep -q '^ *MIG ' <<<"$listing"; then
    count=$(grep -c '^ *MIG ' <<<"$listing")
  else
    count=$(grep -c '^GPU ' <<<"$listing")
  fi
  for ((i = 0; i < count; i++)); do addresses+=("\"$i\""); done
fi
(
  IFS=,
  printf '{"name": "gpu", "addresses": [%s]}\n' "${addresses[*]-}"
)
