/**
 * `kubectl patch`: sends a patch as it is.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go
 * Docs: /docs/reference/kubectl/generated/kubectl_patch/
 */
import { parseYamlDocuments } from '../../api/yaml.ts';
import { applyJsonPatch, JsonPatchError } from '../../api/json-patch.ts';
import type { JsonPatchOperation } from '../../api/json-patch.ts';
import { applyMergePatch } from '../../api/merge-patch.ts';
import type { Json, JsonObject, KubeObject } from '../../api/object.ts';
import { newBadRequest, newResourceNotFound } from '../../api/status-error.ts';
import { applyStrategicMergePatch } from '../../api/strategic-merge-patch.ts';
import { deepEqual } from '../../api/deep-equal.ts';
import type { PatchType } from '../context.ts';
import { KubectlError } from '../errors.ts';
import { readOutputFormat } from '../output-format.ts';
import { printResult } from '../result.ts';
import { infoOf, resolveTargets, visitTargets } from '../targets.ts';
import type { Info } from '../targets.ts';
import { objectName } from '../names.ts';
import { dryRunFlag, dryRunOf, fieldManagerFlag, fileFlags, outputFlags } from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';

const types: Readonly<Record<string, PatchType>> = {
  json: 'json',
  merge: 'merge',
  strategic: 'strategic',
};

export const patch: Verb = {
  name: 'patch',
  about: 'Update fields of a resource',
  usage: 'patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  flags: [
    ...fileFlags,
    ...outputFlags,
    dryRunFlag,
    fieldManagerFlag,
    { name: 'patch', short: 'p', type: 'string' },
    { name: 'patch-file', type: 'string' },
    { name: 'type', type: 'string' },
    { name: 'local', type: 'bool' },
    { name: 'subresource', type: 'string' },
  ],
  *run(invocation) {
    const { flags, context, args, api, out } = invocation;
    const body = readPatch(invocation);
    const type = patchType(flags.text('type', 'strategic'));
    const format = readOutputFormat(flags, context.files);
    const dryRun = dryRunOf(invocation);
    const subresource = flags.text('subresource');
    const { targets, errors } = resolveTargets(invocation, {
      args,
      filenames: flags.list('filename'),
      recursive: flags.bool('recursive'),
    });
    if (flags.bool('local')) {
      for (const target of targets) {
        if (target.form !== 'object') continue;
        const { namespace: _, ...metadata } = (target.manifest?.metadata ?? {}) as JsonObject;
        const object = { ...target.manifest, metadata } as unknown as KubeObject;
        const info = infoOf(target.row, object);
        printResult(invocation, format, info.row, patched(info, type, body), 'patched');
      }
      return;
    }
    yield* visitTargets(invocation, targets, errors, function* (info) {
      const { row, namespace, name, object } = info;
      if (subresource !== '' && !row.subresources.includes(subresource))
        throw newResourceNotFound();
      const sent = row.struct === undefined && type === 'strategic' ? 'merge' : type;
      const result =
        dryRun === 'client'
          ? patched(info, sent, body)
          : yield* api.patch(
              row,
              namespace,
              name,
              sent,
              body,
              {
                fieldManager: flags.text('field-manager', 'kubectl-patch'),
                dryRun: dryRun === 'server' || undefined,
              },
              subresource,
            );
      const isSame = deepEqual(result, object);
      const sentence = isSame ? 'patched (no change)' : 'patched';
      if (format.form === 'default' && result.kind === 'Scale') {
        out.stdout(`scale.autoscaling/${name} ${sentence}\n`);
      } else if (format.form === 'default') out.stdout(`${objectName(row, name)} ${sentence}\n`);
      else printResult(invocation, format, row, result, sentence);
    });
  },
};

/** Reads the patch as YAML or JSON; what it holds is the server's to judge. */
function readPatch({ flags, context }: Invocation): unknown {
  const file = flags.text('patch-file');
  const inline = flags.text('patch');
  if (inline !== '' && file !== '') {
    throw new KubectlError('cannot specify --patch and --patch-file together');
  }
  if (inline === '' && file === '') {
    throw new KubectlError(
      'must specify --patch or --patch-file containing the contents of the patch',
    );
  }
  const text = file === '' ? inline : context.files.read(file);
  if (text === undefined) {
    throw new KubectlError(`unable to read patch file: open ${file}: no such file or directory`);
  }
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // Text in flow style may still be YAML.
    }
  }
  const { documents, errors } = parseYamlDocuments(text);
  if (errors.length > 0 && /^\s*[{[]/.test(text))
    throw newBadRequest('unexpected end of JSON input');
  const [problem] = errors;
  if (problem)
    throw new KubectlError(
      `unable to parse ${JSON.stringify(text)}: ${problem.message.replace(/^error converting YAML to JSON: /, '')}`,
    );
  return documents[0]?.value ?? {};
}

function patchType(name: string): PatchType {
  const type = types[name.toLowerCase()];
  if (type === undefined) {
    throw new KubectlError(
      `--type must be one of [${Object.keys(types).sort().join(' ')}], not ${JSON.stringify(name)}`,
    );
  }
  return type;
}

/** Patches an object here, for `--local` and `--dry-run=client`. */
function patched({ row, object }: Info, type: PatchType, body: unknown): KubeObject {
  const document = object as unknown as JsonObject;
  if (type === 'merge') return applyMergePatch(document, body as Json) as unknown as KubeObject;
  if (type === 'strategic') {
    const struct = row.struct ?? row.kind;
    return applyStrategicMergePatch(document, body as JsonObject, struct) as unknown as KubeObject;
  }
  try {
    const operations = body as readonly JsonPatchOperation[];
    return applyJsonPatch(document, operations) as unknown as KubeObject;
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error;
    throw new KubectlError(error.message);
  }
}
