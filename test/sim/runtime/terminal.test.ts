import { describe, expect, test } from 'vitest';
import { Engine } from '../../../src/sim/engine/engine.ts';
import type { Process } from '../../../src/sim/engine/process.ts';
import { Terminal } from '../../../src/sim/runtime/terminal.ts';
import type { CommandCall, ScriptResult } from '../../../src/sim/runtime/terminal.ts';
import '../../../src/sim/parts/all.ts';

function* kubectl(call: CommandCall): Process<number> {
  const [verb, ...rest] = call.args;
  if (verb === 'apply') {
    const path = rest[rest.indexOf('-f') + 1] ?? '';
    const text = yield* call.readFile(path);
    if (text === undefined) {
      yield* call.writeError(`error: the path "${path}" does not exist\n`);
      return 1;
    }
    yield* call.write(`applied ${text.length} bytes\n`);
    return 0;
  }
  yield* call.write('NAME   READY\nweb-1  1/1\nweb-2  0/1\n');
  return 0;
}

function run(script: string, files: Record<string, string> = {}): ScriptResult {
  const engine = new Engine(1);
  const terminal = new Terminal({
    engine,
    random: engine.random('t'),
    files,
    commands: { kubectl },
  });
  let result: ScriptResult | undefined;
  engine.spawn(
    'test',
    (function* () {
      result = yield* terminal.run(script);
    })(),
  );
  engine.run(60_000);
  if (result === undefined) throw new Error('the script did not end');
  return result;
}

describe('terminal', () => {
  test.each<[string, string, number]>([
    ['kubectl get pods | grep -c web', '2\n', 0],
    [
      'for p in $(kubectl get pods | tail -n +2 | cut -d" " -f1); do echo "<$p>"; done',
      '<web-1>\n<web-2>\n',
      0,
    ],
    ['kubectl apply -f - <<EOF\nkind: Pod\nEOF', 'applied 10 bytes\n', 0],
    ['cat a.yaml | kubectl apply -f -', 'applied 12 bytes\n', 0],
    [
      "sed 's/Pod/Job/' a.yaml > b.yaml; kubectl apply -f b.yaml; cat b.yaml",
      'applied 12 bytes\nkind: Job #é',
      0,
    ],
    ['kubectl get pods; echo $?', 'NAME   READY\nweb-1  1/1\nweb-2  0/1\n0\n', 0],
    ['sleep 5 & wait $!; echo done', 'done\n', 0],
    ['timeout 3 sleep 10', '', 124],
    ['echo {1..3} a{b,c}', '1 2 3 ab ac\n', 0],
    ["printf '%s' $'a\\tb'", 'a\tb', 0],
    ['cat <<< "one $((1+1))"', 'one 2\n', 0],
    [
      'P=$(kubectl get pods | head -n 2 | tail -n 1); echo \'{"name":"\'$P\'"}\'',
      '{"name":"web-1 1/1"}\n',
      0,
    ],
  ])('%s', (script, stdout, exitCode) => {
    const result = run(script, { 'a.yaml': 'kind: Pod #é' });
    expect(result).toMatchObject({ stdout, exitCode });
  });

  test('messages are those of bash', () => {
    const result = run('nosuch; cat < missing; kubectl apply -f missing.yaml; exit 3');
    expect(result.stderr).toBe(
      'bash: line 1: nosuch: command not found\nbash: line 1: missing: No such file or directory\nerror: the path "missing.yaml" does not exist\n',
    );
    expect(result.exitCode).toBe(3);
  });

  test('a script that is killed ends with what it has started, and what it wrote stays', () => {
    const engine = new Engine(1);
    const terminal = new Terminal({ engine, random: engine.random('t'), commands: {} });
    const script = terminal.start('echo first; sleep 3600; echo never');
    engine.run(1000);
    script.kill();
    engine.run(2000);
    expect(script.isRunning).toBe(false);
    expect(script.stdout).toBe('first\n');
    const steps = engine.steps;
    engine.run(10_000_000);
    expect(engine.steps).toBe(steps);
  });
});
