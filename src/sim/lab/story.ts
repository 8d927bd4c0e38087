/**
 * The story of a run: each entry of the trace as one plain sentence, in English and in Korean.
 *
 * - Every verb that a component records has a sentence of its own; a verb that is not known here still reads as one.
 * - A sentence carries the numbers that led to a decision, so that a chain of causes explains and does not only name.
 * - What the API server stored is told by what changed in the object, where that can be said in few words.
 *
 * Words of Kubernetes (kinds, reasons, fields) stay as they are in every language. Code is set between backquotes.
 */
import type { TraceEntry } from '../engine/trace.ts';
import { parseObjectKey } from '../api/object-key.ts';
import type { History } from './history.ts';
import { apiserverSentences } from './story-apiserver.ts';
import { batchSentences } from './story-batch.ts';
import { describeChange } from './story-changes.ts';
import { garbageSentences } from './story-garbage.ts';
import { podEndSentences, podStartSentences } from './story-kubelet.ts';
import { labSentences } from './story-lab.ts';
import { networkSentences } from './story-network.ts';
import { nodeSentences } from './story-nodes.ts';
import { schedulerSentences } from './story-scheduler.ts';
import { setSentences } from './story-sets.ts';
import { storageSentences } from './story-storage.ts';
import { deploymentSentences, replicaSetSentences } from './story-workloads.ts';
import type { Facts, Sentence, StoryLocale } from './story-sentence.ts';

const sentences: Readonly<Record<string, Sentence>> = {
  ...labSentences,
  ...deploymentSentences,
  ...replicaSetSentences,
  ...batchSentences,
  ...setSentences,
  ...storageSentences,
  ...networkSentences,
  ...schedulerSentences,
  ...podStartSentences,
  ...podEndSentences,
  ...nodeSentences,
  ...garbageSentences,
  ...apiserverSentences,
};

function factsOf(entry: TraceEntry): Facts {
  const { kind, name } = entry.object.includes('/')
    ? parseObjectKey(entry.object)
    : { kind: '', name: entry.object };
  const detail = entry.detail ?? {};
  const d = (field: string) => {
    const value = detail[field];
    return value === undefined || value === null ? '' : String(value);
  };
  return {
    it: kind === '' ? name : `${kind} ${name}`,
    name,
    d,
    n: (field) => Number(detail[field] ?? 0),
    detail,
    component: entry.component,
  };
}

/** Every verb that has a sentence of its own. */
export const storyVerbs: readonly string[] = Object.keys(sentences);

/** Tells an entry in one sentence without its time and its component. Code stands between backquotes. */
export function sentenceOf(entry: TraceEntry, history: History, locale: StoryLocale): string {
  if (entry.component === 'kube-apiserver') {
    const change = describeChange(entry, history, locale);
    if (change !== undefined) return change;
  }
  const known = sentences[entry.verb]?.[locale];
  if (known !== undefined) return known(factsOf(entry));
  const { it } = factsOf(entry);
  return `${entry.verb.replaceAll('-', ' ')}: ${it}`;
}
