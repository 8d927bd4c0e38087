import { describe, expect, test } from 'vitest';
import { diagnose } from '#sim/lab/diagnose.ts';
import '#sim/parts/yaml.ts';
import '#sim/parts/jobs.ts';
import '#sim/parts/other-kinds.ts';

const deployment = `# A web server
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: nginx
          ports:
            - containerPort: 80
`;

const service = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: { app: web }
  ports:
    - port: 80
`;

/** Remarks as one line each: severity, stretch, message. */
function remarks(text: string): string[] {
  return diagnose({ 'a.yaml': text }).map(
    ({ severity, line, column, endLine, endColumn, message }) =>
      `${severity} ${line}:${column}-${endLine === line ? '' : `${endLine}:`}${endColumn} ${message}`,
  );
}

const edited = (from: string, to: string): string => {
  expect(deployment).toContain(from);
  return deployment.replace(from, to);
};

describe('diagnose', () => {
  test('says nothing about a good manifest', () => {
    expect(remarks(deployment)).toEqual([]);
    expect(remarks(`${deployment}---\n${service}`)).toEqual([]);
    expect(remarks('')).toEqual([]);
    expect(remarks('# nothing yet\n---\n')).toEqual([]);
  });

  test.each([
    [
      'a syntax error',
      edited('  replicas: 3', '   replicas: 3\n  minReadySeconds: 2'),
      ['error 8:1-21 error converting YAML to JSON: yaml: line 7: did not find expected key'],
    ],
    [
      'a tab',
      edited('  replicas: 3', '\treplicas: 3'),
      [
        'error 7:1-13 error converting YAML to JSON: yaml: line 7: found character that cannot start any token',
      ],
    ],
    ['a document that is no object', 'just words\n', ['error 1:1-11 invalid object to validate']],
    ['a missing kind', 'apiVersion: v1\nmetadata: { name: a }\n', ['error 1:1-11 kind not set']],
    ['a missing version', 'kind: Pod\nmetadata: { name: a }\n', ['error 1:1-5 apiVersion not set']],
    [
      'an unknown kind',
      edited('Deployment', 'Deploymint'),
      ['error 3:1-17 no matches for kind "Deploymint" in version "apps/v1"'],
    ],
    [
      'a kind in another version',
      edited('apps/v1', 'v1'),
      [
        'error 3:1-17 no matches for kind "Deployment" in version "v1" (there is Deployment in version "apps/v1")',
      ],
    ],
    [
      'an unknown field',
      edited('  replicas: 3', '  replica: 3'),
      ['error 7:3-13 unknown field "spec.replica"'],
    ],
    [
      'an unknown field deep inside',
      edited('image: nginx', 'image: nginx\n          imagePulPolicy: Always'),
      ['error 17:11-33 unknown field "spec.template.spec.containers[0].imagePulPolicy"'],
    ],
    [
      'a wrong type, and each further one',
      edited('3', 'three').replace('80', '"80"'),
      [
        'error 7:3-18 json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
        'error 18:15-34 json: cannot unmarshal string into Go struct field ContainerPort.spec.template.spec.containers.ports.containerPort of type int32',
      ],
    ],
    [
      'a quantity that is none',
      edited('image: nginx', 'image: nginx\n          resources: { limits: { cpu: lots } }'),
      [
        "error 17:34-43 quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      ],
    ],
    [
      'a key given twice',
      edited('image: nginx', 'image: nginx\n          image: httpd'),
      ['error 17:11-16 line 17: key "image" already set in map'],
    ],
    [
      'a value out of bounds',
      edited('replicas: 3', 'replicas: -1'),
      ['error 7:3-15 Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'a value that is not on the list',
      edited('image: nginx', 'image: nginx\n          imagePullPolicy: Sometimes'),
      [
        'error 17:11-37 Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
      ],
    ],
    [
      'a required field that is missing, at its parent, with its name',
      edited('- name: web\n          image', '- image'),
      ['error 15:11-16 spec.template.spec.containers[0].name: Required value'],
    ],
    [
      'a selector that does not select the template',
      edited('labels: { app: web }', 'labels: { app: wub }'),
      ['error 12:7-27 Invalid value: {"app":"wub"}: `selector` does not match template `labels`'],
    ],
    [
      'what defeats itself',
      edited('      containers:', '      terminationGracePeriodSeconds: 0\n      containers:'),
      ['warning 14:7-39 Containers are killed at once: no hook runs and no SIGTERM is sent.'],
    ],
    [
      'what has no effect here',
      edited('      containers:', '      os: { name: linux }\n      containers:'),
      ['hint 14:7-26 Every node runs Linux here.'],
    ],
    [
      'a kind that has no effect here',
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a }\nspec: { podSelector: {} }\n',
      ['hint 2:1-20 It is not enforced here: every Pod reaches every other one.'],
    ],
  ])('tells of %s', (_what, text, expected) => {
    expect(remarks(text)).toEqual(expected);
  });

  test('tells what the API server warns of, at the field it names', () => {
    const twice = edited(
      '- containerPort: 80',
      '- containerPort: 80\n            - containerPort: 80',
    );
    expect(remarks(twice)).toEqual([
      'warning 19:15-28 spec.template.spec.containers[0].ports[1]: duplicate port definition with spec.template.spec.containers[0].ports[0]',
    ]);
  });

  test('judges every document, at its own lines, beside a broken one', () => {
    const text = `${deployment}---\na: [\n---\n${service.replace('port: 80', 'port: 0')}`;
    const found = diagnose({ 'a.yaml': text });
    expect(found.map(({ line, path }) => [line, path])).toEqual([
      [21, ''],
      [29, 'spec.ports[0].port'],
      [29, 'spec.ports[0].targetPort'],
    ]);
  });

  test('judges the items of a list', () => {
    const items = service
      .replace('port: 80', 'port: -1')
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n')
      .replace('    ', '  - ');
    const [remark] = diagnose({ 'a.yaml': `apiVersion: v1\nkind: List\nitems:\n${items}` });
    expect(remark).toMatchObject({ line: 11, severity: 'error' });
  });

  test('says so when a Service selects none of the Pods beside it, in any file', () => {
    const other = service.replace('app: web', 'app: wub');
    const found = diagnose({ 'web.yaml': deployment, 'service.yaml': other });
    expect(found).toEqual([
      {
        file: 'service.yaml',
        line: 6,
        column: 3,
        endLine: 6,
        endColumn: 25,
        severity: 'warning',
        message:
          'No Pod of the manifests has all of these labels, so the Service has no endpoints.',
        path: 'spec.selector',
      },
    ]);
    expect(diagnose({ 'service.yaml': other })).toEqual([]);
  });

  test('says so when a file has two objects of one name', () => {
    expect(remarks(`${deployment}---\n${deployment}`)).toEqual([
      'warning 24:3-12 The file has a Deployment of this name already: applying the file leaves only this one.',
    ]);
  });

  test('says so at once when a file is too long to be read', () => {
    const text = `apiVersion: v1\nkind: ConfigMap\ndata:\n${'  key: [value]\n'.repeat(70_000)}`;
    expect(remarks(text)).toEqual([
      'warning 1:1-2 This file has 1050 kB; files of more than 200 kB are not checked while you type.',
    ]);
  });

  test('says a hundred things about a file at most', () => {
    const lines = Array.from({ length: 500 }, (_, i) => `  key-${i}: [value]\n`).join('');
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: big }\ndata:\n${lines}`;
    expect(diagnose({ 'a.yaml': text })).toHaveLength(100);
  });

  test('does not throw on anything cut out of a good manifest', () => {
    const lines = `${deployment}---\n${service}`.split('\n');
    for (let from = 0; from < lines.length; from += 1) {
      for (let count = 1; count <= 3; count += 1) {
        const text = lines.toSpliced(from, count).join('\n');
        expect(() => diagnose({ 'a.yaml': text })).not.toThrow();
        const start = lines.slice(0, from).join('\n').length + 1;
        const whole = lines.join('\n');
        expect(() => diagnose({ 'a.yaml': whole.slice(0, start + count * 4) })).not.toThrow();
      }
    }
  });
});
