/**
 * The layers of `src` as data: who may import whom. This table is the rule; documents point here.
 * A file belongs to the layer with the longest path that it begins with; a file in no layer is an error.
 */

/** A layer: the files it holds, the layers it may import besides itself, and the packages. `any` lifts a limit. */
export interface Layer {
  path: string;
  imports: readonly string[] | 'any';
  packages: readonly string[] | 'any';
}

const components = [
  'src/sim/runtime/node-network.ts',
  'src/sim/controllers/',
  'src/sim/scheduler/',
  'src/sim/metrics/',
  'src/sim/runtime/',
  'src/sim/network/',
  'src/sim/kubelet/',
  'src/sim/kubectl/',
];
const machinery = [
  'src/sim/engine/',
  'src/sim/api/',
  'src/sim/etcd/',
  'src/sim/apiserver/',
  'src/sim/client/',
];
const nodeNetwork = 'src/sim/runtime/node-network.ts';
const clientOf = ['src/sim/engine/', 'src/sim/api/', 'src/sim/client/'];
const sim = [
  ...machinery,
  ...components,
  'src/sim/component-process.ts',
  'src/sim/cluster.ts',
  'src/sim/lab/',
];

const part = 'src/sim/part.ts';

export const layers: readonly Layer[] = [
  // Where a run asks for what is not there from the start.
  { path: part, imports: [], packages: [] },
  { path: 'src/sim/engine/', imports: [], packages: [] },
  { path: 'src/sim/api/', imports: [part], packages: ['yaml'] },
  { path: 'src/sim/etcd/', imports: ['src/sim/engine/'], packages: [] },
  {
    path: 'src/sim/apiserver/',
    imports: ['src/sim/engine/', 'src/sim/api/', 'src/sim/etcd/', part],
    packages: ['yaml'],
  },
  {
    path: 'src/sim/client/',
    imports: ['src/sim/engine/', 'src/sim/api/', 'src/sim/apiserver/'],
    packages: [],
  },
  { path: 'src/sim/controllers/', imports: [...clientOf, part], packages: [] },
  { path: 'src/sim/scheduler/', imports: clientOf, packages: [] },
  {
    path: 'src/sim/metrics/',
    imports: [...clientOf, 'src/sim/apiserver/'],
    packages: [],
  },
  // The seam between a node's network and those who use it; neither side knows the other.
  { path: nodeNetwork, imports: ['src/sim/engine/'], packages: [] },
  {
    path: 'src/sim/runtime/',
    imports: ['src/sim/engine/', 'src/sim/api/', nodeNetwork, part],
    packages: [],
  },
  { path: 'src/sim/network/', imports: [...clientOf, nodeNetwork], packages: [] },
  {
    path: 'src/sim/kubelet/',
    imports: [...clientOf, 'src/sim/runtime/', nodeNetwork, part],
    packages: [],
  },
  { path: 'src/sim/kubectl/', imports: [...clientOf, part], packages: ['yaml'] },
  { path: 'src/sim/component-process.ts', imports: machinery, packages: [] },
  {
    path: 'src/sim/cluster.ts',
    imports: [...machinery, ...components, 'src/sim/component-process.ts', part],
    packages: [],
  },
  {
    path: 'src/sim/lab/',
    imports: [...sim, part],
    packages: ['yaml', 'ajv', '@marcbachmann/cel-js'],
  },
  // Each part fills what others ask of it; nobody but a host imports one.
  { path: 'src/sim/parts/', imports: sim, packages: [] },
  {
    path: 'src/views/',
    imports: ['src/sim/engine/', 'src/sim/api/', 'src/sim/lab/', 'src/sim/kubectl/'],
    packages: ['diff'],
  },
  {
    path: 'src/islands/',
    imports: [
      'src/views/',
      'src/sim/lab/',
      'src/sim/api/',
      'src/sim/kubectl/',
      part,
      'src/sim/parts/',
    ],
    packages: ['preact', '@preact/signals', 'monaco-editor', 'diff', 'yaml'],
  },
  {
    path: 'src/site/',
    imports: [
      'src/islands/',
      'src/views/',
      'src/sim/lab/',
      'src/sim/api/',
      part,
      'src/sim/parts/',
      'src/build/',
    ],
    packages: 'any',
  },
  { path: 'src/pages/', imports: ['src/site/', 'src/islands/'], packages: 'any' },
  { path: 'src/content.config.ts', imports: ['src/site/'], packages: 'any' },
  { path: 'src/env.d.ts', imports: ['src/site/'], packages: 'any' },
  {
    path: 'src/cli/',
    imports: [...sim, 'src/sim/parts/', 'src/views/', 'src/build/'],
    packages: 'any',
  },
  { path: 'src/build/', imports: 'any', packages: 'any' },
];

/** Folders whose files must say which upstream source they follow (`Upstream:`), or that they follow none (`Ours:`). */
export const followsUpstream = [
  'src/sim/controllers/',
  'src/sim/scheduler/',
  'src/sim/kubelet/',
  'src/sim/network/',
  'src/sim/apiserver/',
];

/** Names that make a run depend on the machine it runs on, or on more than its inputs. */
export const bannedInSim = new Map([
  ['Date', 'use the engine’s virtual clock, and `formatTime` of src/sim/api/time.ts'],
  ['performance', 'use the engine’s virtual clock'],
  ['setTimeout', '`yield* engine.delay(ms)`'],
  ['setInterval', '`yield* engine.delay(ms)` in a loop'],
  ['setImmediate', 'a process of the engine'],
  ['queueMicrotask', 'a process of the engine'],
  ['requestAnimationFrame', 'a process of the engine'],
  ['Promise', 'a generator process: `function* (): Process<Result>`'],
  ['fetch', 'a client of the simulated API server'],
  ['crypto', '`engine.random(name)`'],
  ['process', 'nothing of the host'],
  ['globalThis', 'nothing of the host'],
  ['document', 'nothing of the page'],
  ['window', 'nothing of the page'],
  ['localStorage', 'nothing of the page'],
  ['console', '`engine.record(…)`, or an error'],
]);

/** Test folders and files that do not mirror a source file, because their subject is larger. */
export const unmirrored = [
  'test/architecture.test.ts',
  'test/labs.test.ts',
  'test/labs/',
  'test/recordings.test.ts',
  'test/recordings/',
  'test/scenarios/',
  'test/properties/',
  'test/browser/',
  'test/bench/',
];
