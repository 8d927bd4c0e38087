import { describe, expect, test } from 'vitest';
import type { KindRow } from '#sim/api/kinds.ts';
import type { KubeObject } from '#sim/api/object.ts';
import { newInvalid, StatusError } from '#sim/api/status-error.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import { decodeText } from '#sim/apiserver/body.ts';
import { admitPod } from '#sim/apiserver/defaults/admission.ts';
import { applyDefaults } from '#sim/apiserver/defaults/defaults.ts';
import { strategyOf } from '#sim/apiserver/strategies.ts';
import type { StrategyContext } from '#sim/apiserver/strategy.ts';
import { validateCreate, warningsOf } from '#sim/apiserver/validation/validation.ts';
import { Random } from '#sim/engine/random.ts';
import { recordedCases, rowOfPath } from '../recorded-cases.ts';
import type { RecordedCase } from '../recorded-cases.ts';
import '#sim/parts/yaml.ts';
import '#sim/parts/jobs.ts';
import '#sim/parts/other-kinds.ts';
import '#sim/parts/refusals.ts';

/** Kinds of which no case is compared, with the reason. */
const kindsNotCompared: Readonly<Record<string, string>> = {
  customresourcedefinition: 'custom kinds are checked with their definitions, not here',
};

/** Single cases that differ, with the reason. */
const knownMisses: Readonly<Record<string, string>> = {
  'event/events-v1-without-eventtime':
    'the refusal names the kind without its group, since both groups store one',
};

/** Code, message, causes and warnings of an answer. */
interface Answer {
  readonly code: number;
  readonly message: string;
  readonly causes: unknown;
  readonly warnings: readonly string[];
}

const context: StrategyContext = {
  nowMs: 0,
  random: new Random(1, 'test'),
  get: () => undefined,
  list: () => [],
  allocator: {
    clusterIp: (wanted) => wanted ?? '10.96.0.1',
    nodePort: (wanted) => wanted ?? 30_000,
    release: () => undefined,
  },
};

function answerTo(row: KindRow, recorded: RecordedCase): Answer {
  try {
    const { object } = decodeText(row, recorded.manifest, {
      fieldValidation: 'Strict',
      contentType: 'application/yaml',
    });
    const ready = prepared(row, object, recorded);
    const errors = validateCreate(ready);
    if (errors.length > 0) throw newInvalid(row, ready.metadata.name ?? '', errors);
    return { code: 201, message: '', causes: [], warnings: warningsOf(ready) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const { code = 0, message = '', details } = error.status;
    return { code, message, causes: details?.causes ?? [], warnings: [] };
  }
}

/** What the request path does between decoding and validation. */
function prepared(row: KindRow, object: KubeObject, recorded: RecordedCase): KubeObject {
  const details = recorded.response?.details as { name?: string } | undefined;
  const { generateName } = object.metadata;
  const named = {
    ...object.metadata,
    ...(generateName && !object.metadata.name ? { name: details?.name ?? `${generateName}x` } : {}),
    ...(row.namespaced ? { namespace: 'cases' } : {}),
    uid: '5d18bba4-da48-4592-b29a-8d1077d5a398',
  };
  const defaulted = applyDefaults({ ...object, metadata: named });
  const admitted = row.kind === 'Pod' ? admitPod(defaulted as Pod, context) : defaulted;
  return strategyOf(row.kind).prepareForCreate?.(admitted, context) ?? admitted;
}

function recordedAnswer({ code = 0, response, warning }: RecordedCase): Answer {
  const details = response?.details as { causes?: unknown } | undefined;
  const warnings = warning ? [...warning.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)] : [];
  return {
    code,
    message: code === 201 ? '' : String(response?.message),
    causes: details?.causes ?? [],
    warnings: code === 201 ? warnings.map(([, text = '""']) => JSON.parse(text) as string) : [],
  };
}

const uid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

function comparable(answer: Answer): unknown {
  return JSON.parse(JSON.stringify(answer).replace(uid, 'uid'));
}

const cases = recordedCases('validation').filter(
  ({ code, manifestTruncated, name }) =>
    code !== undefined && !manifestTruncated && !((name.split('/')[0] ?? '') in kindsNotCompared),
);

describe('validateCreate', () => {
  const exact = cases.filter(({ name }) => !(name in knownMisses));

  test.each(exact.map((recorded) => [recorded.name, recorded] as const))(
    'answers as a real API server: %s',
    (_, recorded) => {
      const row = rowOfPath(recorded.path ?? '');
      if (!row) throw new Error(`no row for ${recorded.path}`);
      expect(comparable(answerTo(row, recorded))).toEqual(comparable(recordedAnswer(recorded)));
    },
  );

  test('has no known miss that is one no longer', () => {
    const mended = Object.keys(knownMisses).filter((name) => {
      const recorded = cases.find((other) => other.name === name);
      const row = rowOfPath(recorded?.path ?? '');
      if (!recorded || !row) return true;
      const ours = JSON.stringify(comparable(answerTo(row, recorded)));
      return ours === JSON.stringify(comparable(recordedAnswer(recorded)));
    });
    expect(mended).toEqual([]);
  });
});
