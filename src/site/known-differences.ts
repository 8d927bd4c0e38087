/** Recorded scenarios that the simulator does not match, with the reason. Shown on the accuracy page too. */
export const missingRollouts: Readonly<Record<string, string>> = {};

/** The same for Jobs. */
export const missingJobs: Readonly<Record<string, string>> = {
  'job-pfp-failjob':
    'one of three pods started late, because the cache of its kubelet was; here all three are ready together',
};

/** The same for StatefulSets and DaemonSets. */
export const missingSets: Readonly<Record<string, string>> = {
  'ds-cordon':
    '`kubectl describe node` shows the event RegisteredNode and the annotation of the TTL controller, which are not simulated',
};

/** The same for pods. */
export const missingPods: Readonly<Record<string, string>> = {
  'ephemeral-debug': '`kubectl debug` is not in this simulation',
  'image-pull-always':
    'two pulls took the same number of milliseconds and became one event; here they take different times',
  'pod-level-resources':
    'a change of resources is in force at once: no condition and no events tell of a resize on its way',
  'resize-memory-down': 'the same; and a limit below what is in use is not put off',
  'resize-memory-restart':
    'the same; and a container is not restarted where `resizePolicy` asks for it',
  'probe-readiness-terminating':
    "a probe's command met a container that had just ended, and containerd said so in two ways",
  'share-process-namespace':
    'two processes of nginx said that they ignored a signal; here they end without a word',
  'sidecar-startup-gates': 'two changes of one status were one write; here they are two',
  'start-working-dir':
    'a container had ended before its start was looked at; here it is always seen running first',
  'termination-message':
    'a line on standard error came into the log before the line on standard output that was written earlier',
  'volume-projected-token':
    'tokens and certificates are readable words here and not signed ones, and the recorded cluster added a source',
  'volume-subpath':
    'directories count their links, and the layers of an image have dates of their own',
};

/** Recordings of other areas that do not match, by the reason. */
export const missingElsewhere: readonly {
  readonly reason: string;
  readonly scenarios: readonly string[];
}[] = [
  {
    reason:
      '`kubectl describe node` shows the event RegisteredNode and the annotation of the TTL controller, which are not simulated',
    scenarios: [
      'kubectl/describe-nodes',
      'scheduling/deployment-that-fits',
      'nodes/cordon-and-drain',
      'nodes/node-dead-default-tolerations',
      'lease/node-leases',
    ],
  },
  {
    reason:
      '`kubectl get node -o yaml` lists runtime handlers and features of the kubelet, which are left out here',
    scenarios: ['nodes/no-execute-taint'],
  },
  {
    reason: 'managed fields are not kept: server-side apply and whole objects differ by them',
    scenarios: [
      'kubectl/apply-server-side',
      'kubectl/get-go-template',
      'kubectl/get-output-yaml-json',
    ],
  },
  {
    reason: 'there are no users and no rights: `auth`, `--as`, `create role`, `create token`',
    scenarios: ['kubectl/auth-can-i', 'kubectl/create-rbac'],
  },
  {
    reason:
      'commands of kubectl that are not here: `attach`, `certificate`, `cp`, `debug`, `diff`, `edit`, `explain`, `port-forward`',
    scenarios: [
      'kubectl/apply-bad-files',
      'kubectl/exec-attach-debug',
      'kubectl/explain-fields',
      'kubectl/usage-errors',
    ],
  },
  {
    reason: 'the help of kubectl is written anew',
    scenarios: ['kubectl/unknown-commands', 'kubectl/usage-help'],
  },
  {
    reason:
      'objects that every real cluster has from the start, kinds without a row here, kustomizations, a second server',
    scenarios: ['kubectl/get-cluster-kinds', 'kubectl/get-errors'],
  },
  {
    reason:
      'files in folders and binary files, `--append-hash`, Secrets for registries and for TLS are not here',
    scenarios: ['kubectl/create-configmap', 'kubectl/create-secret'],
  },
  {
    reason:
      'fields of `create -o json` come in the order of the alphabet, and refused patches are worded otherwise',
    scenarios: ['kubectl/create-deployment', 'kubectl/apply-immutable', 'kubectl/patch-types'],
  },
  {
    reason:
      'many commands in a few seconds kept the recorded machine busy: pods got ready and went away later, between other commands',
    scenarios: [
      'kubectl/apply-basics',
      'kubectl/create-job-cronjob',
      'kubectl/describe-deployments',
      'kubectl/describe-pod-full',
      'kubectl/describe-pods-in-trouble',
      'kubectl/get-all',
      'kubectl/logs-variants',
      'kubectl/rollout-daemonset-statefulset',
      'kubectl/scale-autoscale',
    ],
  },
  {
    reason:
      'the recording began in a cluster that had been used before, and shows what was left of that',
    scenarios: ['nodes/labels-by-kubelet', 'nodes/node-object-deleted'],
  },
  {
    reason:
      'a Service that becomes an ExternalName keeps its Endpoints, which are mirrored into a slice: the mirroring is not simulated',
    scenarios: ['services/external-name'],
  },
  {
    reason: 'LimitRange neither fills in nor refuses anything here',
    scenarios: ['quota/limit-range-defaults'],
  },
  {
    reason: 'passes over a namespace that failed are tried again sooner than in a real cluster',
    scenarios: ['gc/namespace-with-finalizer'],
  },
  {
    reason: 'fifty and more containers started at once kept the recorded machine busy for seconds',
    scenarios: ['edge/one-to-fifty', 'edge/six-crash-loops', 'edge/thirty-deployments'],
  },
  {
    reason:
      'on the busy machine one write of a slice told of two changes: which ones fall together no seed had',
    scenarios: [
      'traffic/delete-delay-shutdown',
      'traffic/prestop-sleep-5',
      'traffic/scale-down-under-load',
    ],
  },
  {
    reason:
      'HAProxy logs connections that ask nothing, like those of a probe; and which waiting connection of a pod gets the one message a second that the node sends is drawn otherwise',
    scenarios: [
      'traffic/proxy-haproxy-none-left',
      'traffic/proxy-haproxy-vip-delete',
      'traffic/proxy-nginx-pile-up',
      'traffic/proxy-nginx-vip-none-left',
    ],
  },
  {
    reason:
      'requests that a dying process had accepted and not read are reset: rarer here than recorded',
    scenarios: ['traffic/proxy-nginx-vip-delete', 'traffic/rollout-without-probe-under-load'],
  },
  {
    reason:
      'a readiness probe that was under way ended with its connection, most likely as its container was killed: no seed had one',
    scenarios: ['pdb/unhealthy-pod-eviction-policy'],
  },
  {
    reason: '`kubectl events` orders events of the same second otherwise',
    scenarios: [
      'traffic/lb-daemonset-on-delete',
      'traffic/lb-daemonset-rolling-update-slow-checks',
    ],
  },
  {
    reason:
      'the recorded machine started containers later, or noticed a lost node sooner, than any seed',
    scenarios: [
      'traffic/liveness-under-load',
      'traffic/node-cut-under-load',
      'traffic/publish-not-ready',
    ],
  },
  {
    reason: 'not explained so far',
    scenarios: [
      'nodes/kubelet-stopped-and-evicted',
      'nodes/out-of-service-taint',
      'runtime/docs-counter-logs',
      'runtime/docs-env-commands',
    ],
  },
];
