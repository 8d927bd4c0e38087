/** Runs of small labs that tests of pictures look at: made once, and the same every time. */
import { runLab } from '#sim/lab/run.ts';
import type { History } from '#sim/lab/history.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import '#sim/parts/all.ts';

const web = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: registry.k8s.io/e2e-test-images/agnhost:2.53
          args: [netexec, --http-port=8080]
          readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: 8080 }]
`;

/** Three pods under load; at 6 s one of them has to go. */
export const scaleDown: Lab = {
  id: 'sample/scale-down',
  title: { en: 'One pod fewer' },
  caption: { en: 'Three pods, then two.' },
  until: '9s',
  files: ['web.yaml'],
  texts: { 'web.yaml': web },
  load: [{ name: 'client', url: 'http://web/', ratePerSecond: 100, startMs: 4000 }],
  do: [
    { at: '0s', run: 'kubectl apply -f web.yaml' },
    { at: '6s', run: 'kubectl scale deployment web --replicas=2' },
  ],
  show: {
    lanes: ['components', 'objects', 'pods', 'nodes', 'endpoints', 'rules', 'requests'],
    views: ['why', 'tree', 'inspector', 'events', 'kubectl', 'requests', 'story'],
    window: ['5s', '8s'],
    marks: [
      {
        from: "first(entries('sigterm').map(e, e.t))",
        to: '7000',
        text: { en: 'one is going: {ms}', ko: '하나가 떠난다: {ms}' },
        tone: 'bad',
      },
      { from: "first(entries('never').map(e, e.t))", text: { en: 'this never happens' } },
    ],
  },
  values: {
    peak: { expr: "peak('Pod')", label: { en: 'pods at most', ko: '최대 파드 수' } },
    absent: { expr: "get('Pod', 'nobody').status.phase", label: { en: 'of nobody' } },
  },
  goals: [
    { text: { en: 'Two pods at the end' }, expr: "list('Pod').size() == 2" },
    { text: { en: 'No pod at the end' }, expr: "list('Pod').size() == 0" },
  ],
  checks: [],
};

/** A pod whose only container prints numbers and then fails. */
export const counter: Lab = {
  id: 'sample/counter',
  title: { en: 'A counter' },
  caption: { en: 'It counts and fails.' },
  until: '8s',
  files: ['counter.yaml'],
  texts: {
    'counter.yaml': `apiVersion: v1
kind: Pod
metadata: { name: counter }
spec:
  containers:
    - name: count
      image: busybox:1.37
      command: [sh, -c, 'for i in 1 2 3; do echo "count $i"; sleep 1; done; exit 3']
`,
  },
  do: [{ at: '0s', run: 'kubectl apply -f counter.yaml' }],
  show: {
    lanes: ['log', 'pods'],
    views: ['story'],
    series: [{ label: { en: 'count' }, pod: 'counter', pattern: 'count (\\d+)' }],
  },
  checks: [],
};

const histories = new Map<Lab, History>();

/** Returns a lab's history; each is run once. */
export function historyOf(lab: Lab): History {
  const known = histories.get(lab);
  if (known !== undefined) return known;
  const history = runLab({ lab });
  histories.set(lab, history);
  return history;
}
