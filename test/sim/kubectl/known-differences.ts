/**
 * Recorded commands whose output here is another one, and why. `command` is matched against `scenario $ command line`.
 */
export interface KnownDifference {
  readonly command: RegExp;
  readonly why: string;
}

/** Reading commands over the recorded state. */
export const readsKnown: readonly KnownDifference[] = [
  { command: /--as(-group)?=/, why: 'there are no users and no rights' },
  { command: /--server=/, why: 'there is one cluster' },
  { command: /get -k /, why: 'there are no kustomizations' },
  { command: /--help$/, why: 'the help is written anew' },
  { command: /get cs /, why: 'ComponentStatus is no kind here' },
  { command: /get (csr|crd|validatingadmissionpolicies)\b/, why: 'these are no kinds here' },
  { command: /get --raw \/api$/, why: 'there are no discovery documents' },
  {
    command: /--show-managed-fields|get --raw=\/api\/v1\/namespaces/,
    why: 'the watch rows leave managedFields out',
  },
  { command: /--subresource=scale/, why: 'the watch rows have no Scale' },
  { command: /(endpoints web|ep\/db)$/, why: 'the deprecation is told by the server' },
  { command: /create-configmap \$ kubectl get cm$/, why: 'a ConfigMap is left out of the rows' },
  { command: /get ns (default|kube-system)/, why: 'the rows are of one namespace' },
  {
    command: /get-go-template \$ .*(nope}|index .spec.containers 7)/,
    why: 'memory limits are left out',
  },
  { command: /get -f bad-no-name.yaml$/, why: 'a name that is missing is refused at once' },
  {
    command: /get events --sort-by=\.metadata\.creationTimestamp$/,
    why: 'events of one second come in an order of their own in some of the scenarios',
  },
];

/** Changing commands against the API server, without controllers and nodes. */
export const changesKnown: readonly KnownDifference[] = [
  {
    command: /kubectl (diff|edit|explain|attach|debug|cp|port-forward|certificate)\b/,
    why: 'not here',
  },
  { command: /kubectl help foo/, why: 'the help is written anew' },
  {
    command: /--append-hash\b/,
    why: 'a flag that is not here',
  },
  { command: /-f http:/, why: 'there are no addresses to read from' },
  { command: /--server-side --force-conflicts/, why: 'there is no server-side apply yet' },
  { command: /--dry-run( -o yaml)?$/, why: 'a log line with the time and the process' },
  { command: /\$\(printf/, why: 'the shell is not run here' },
  { command: /apply -f made.yaml/, why: 'the file is written by a step with a shell' },
  { command: /-o json$/, why: 'fields come in the order of the alphabet, not of the Go structs' },
  { command: /--save-config -o yaml/, why: 'fields come in the order of the alphabet' },
  { command: /(label|annotate) .*--list/, why: 'upstream prints a map in no order' },
  {
    command: /bad-binary|bad-data/,
    why: 'control characters are taken, and the object exists then',
  },
  { command: /bad-quote/, why: 'the line of a text that is not closed' },
  { command: /get -f bad-no-name.yaml$/, why: 'a name that is missing is refused at once' },
  { command: /apply-basics \$ kubectl apply -f web.yaml -o yaml/, why: 'no controllers' },
  { command: /kubectl get (deploy|jobs|hpa|cm|svc)/, why: 'no controllers' },
  {
    command: /kubectl (scale .*--timeout|scale pod|logs|patch pod|patch node|expose node)/,
    why: 'no controllers and nodes',
  },
  {
    command: /scale deploy web --replicas=2 (-o yaml|--resource-version=1)/,
    why: 'no controllers',
  },
  { command: /set env pod\/single A=3/, why: 'the pod has no status here, which moves the lines' },
  { command: /patch deploy web -p '{"metadata":{"name"/, why: "the server's order of checks" },
  { command: /patch deploy web -p '{"spec":{"replicas":"two"}}'/, why: "the server's wording" },
];
