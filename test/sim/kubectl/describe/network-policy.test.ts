import { describe, expect, test } from 'vitest';
import { Session } from '../session.ts';

/** Creates a manifest and returns its description from `from` on. */
function described(manifest: string, target: string, from: string): string {
  const session = new Session();
  session.files.set('a.yaml', manifest);
  const created = session.start('create', '-f', 'a.yaml');
  session.harness.run(1_000);
  expect(created.stderr()).toBe('');
  const shown = session.start('describe', target);
  session.harness.run(1_000);
  const text = shown.stdout();
  return text.slice(text.indexOf(from));
}

const policy = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n${spec}`;

describe('the description of a NetworkPolicy', () => {
  test('names ports and peers of each rule, with a line between rules', () => {
    const text = described(
      policy(`  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
      namespaceSelector: {matchLabels: {team: ops}}
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
    ports: [{port: 5432, protocol: TCP}]
  - ports: [{port: 9000, endPort: 9010, protocol: UDP}]
`),
      'netpol/p',
      'Spec:',
    );
    expect(text).toBe(`Spec:
  PodSelector:     app=db
  Allowing ingress traffic:
    To Port: 5432/TCP
    From:
      NamespaceSelector: team=ops
      PodSelector: app=web
    From:
      IPBlock:
        CIDR: 10.0.0.0/8
        Except: 10.1.0.0/16
    ----------
    To Port Range: 9000-9010/UDP
    From: <any> (traffic not restricted by source)
  Allowing egress traffic:
    <none> (Selected pods are isolated for egress connectivity)
  Policy Types: Ingress, Egress
`);
  });

  test('says what a policy leaves alone', () => {
    const text = described(
      policy('  podSelector: {}\n  policyTypes: [Ingress]\n  ingress: [{}]\n'),
      'netpol/p',
      'Spec:',
    );
    expect(text).toContain('PodSelector:     <none> (Allowing the specific traffic to all pods');
    expect(text).toContain('To Port: <any> (traffic allowed to all ports)');
    expect(text).toContain('  Not affecting egress traffic\n');
    expect(text).not.toContain('Events');
  });
});
