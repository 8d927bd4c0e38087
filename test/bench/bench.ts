/**
 * `npm run bench`: how fast the simulator and the page are on this machine. Each part prints its figures with their
 * conditions; figures never fail. A part that cannot be measured says why in a sentence, the others go on, and the
 * command ends with 1.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { clusterPart } from './cluster-part.ts';
import { labsPart } from './labs-part.ts';
import { latencyPart } from './latency-part.ts';
import type { BenchOptions, BenchPart } from './part.ts';
import { sizesPart } from './sizes-part.ts';
import { updatePart } from './update-part.ts';

const parts: readonly BenchPart[] = [labsPart, updatePart, clusterPart, sizesPart, latencyPart];

const usage = `Usage: npm run bench -- [--only NAME[,NAME]] [--full] [--dist FOLDER]

${parts.map(({ name, summary }) => `  ${name.padEnd(9)}${summary}`).join('\n')}

  --only NAMES   only these parts
  --full         the large cluster at its full size
  --dist FOLDER  a built site to measure; without it one is built
`;

/** Reads the words behind the command. Throws with a sentence. */
function read(args: string[]): { chosen: readonly BenchPart[]; options: BenchOptions } {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      full: { type: 'boolean' },
      dist: { type: 'string' },
    },
  });
  const names = values.only?.split(',') ?? parts.map(({ name }) => name);
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) {
    const known = parts.map(({ name }) => name).join(', ');
    throw new Error(`there is no part "${unknown}"; the parts are: ${known}`);
  }
  const chosen = parts.filter(({ name }) => names.includes(name));
  return { chosen, options: { isFull: values.full === true, dist: values.dist, print } };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage);
    return 0;
  }
  let request;
  try {
    request = read(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  const processor = cpus()[0]?.model ?? 'unknown';
  print(`${cpus().length} cores, ${processor}, Node ${process.version}, load ${load}`);
  let code = 0;
  for (const part of request.chosen) {
    print(`\n── ${part.name}: ${part.summary}`);
    try {
      await part.run(request.options);
    } catch (error) {
      print(`not measured: ${messageOf(error)}`);
      code = 1;
    }
  }
  return code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.exitCode = await main(process.argv.slice(2));
