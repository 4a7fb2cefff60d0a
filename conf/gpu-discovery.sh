#!/usr/bin/env bash
# Spark's discovery script: prints the GPUs of this host as {"name": "gpu", "addresses": ["0", ...]}, and an empty list, not
# a failure, where there are none. On a GPU cut by MIG each instance is one that CUDA_VISIBLE_DEVICES can hide from the others;
# their order is CUDA's own. For a worker: spark.worker.resource.gpu.discoveryScript; on YARN and Kubernetes:
# spark.executor.resource.gpu.discoveryScript.
set -uo pipefail

addresses=()
if command -v nvidia-smi >/dev/null 2>&1; then
  # Lines are "GPU 0: NAME (UUID: ...)", and under it "  MIG 3g.20gb Device 0: (UUID: ...)" for each instance.
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
