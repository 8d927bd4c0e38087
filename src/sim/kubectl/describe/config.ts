/**
 * The descriptions of Namespace, ConfigMap, Secret, ServiceAccount and ResourceQuota.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go NamespaceDescriber, ConfigMapDescriber
 */
import { compareText } from '../../api/go-format.ts';
import type { KubeObject } from '../../api/object.ts';
import type { ConfigMap, Namespace, ResourceQuota, Secret } from '../../api/types.gen.ts';
import { mapResource } from '../targets.ts';
import type { Describer } from './describer.ts';
import { longTime, writeAnnotations, writeLabels, writeName } from './text.ts';
import type { Description } from './text.ts';

/** Bytes that base64 text stands for. */
function decodedLength(text: string): number {
  const padding = /={0,2}$/.exec(text)?.[0].length ?? 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

function sortedKeys(map: object | undefined): string[] {
  return Object.keys(map ?? {}).sort(compareText);
}

export const describeNamespace: Describer<Namespace> = {
  hasEvents: false,
  *write(out, namespace, invocation) {
    const { metadata, status } = namespace;
    writeName(out, namespace, false);
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    out.line(0, 'Status:', status?.phase ?? '');
    const conditions = status?.conditions ?? [];
    if (conditions.length > 0) {
      out.line(0, 'Conditions:');
      out.line(1, 'Type', 'Status', 'LastTransitionTime', 'Reason', 'Message');
      out.line(1, '----', '------', '------------------', '------', '-------');
      for (const { type, status: value, lastTransitionTime, reason, message } of conditions) {
        out.line(1, type, value, longTime(lastTransitionTime), reason ?? '', message ?? '');
      }
    }
    const name = metadata.name ?? '';
    const quotas = yield* invocation.api.list(
      mapResource(invocation.context, 'resourcequotas'),
      name,
    );
    writeQuotas(out, quotas.items as unknown as readonly ResourceQuota[]);
    const limits = yield* invocation.api.list(mapResource(invocation.context, 'limitranges'), name);
    if (limits.items.length === 0) out.raw('\nNo LimitRange resource.\n');
    else {
      out.raw('\nResource Limits\n');
      for (const limit of limits.items) out.line(1, 'Name:', limit.metadata.name ?? '');
    }
  },
};

function writeQuotas(out: Description, quotas: readonly ResourceQuota[]): void {
  if (quotas.length === 0) {
    out.raw('\nNo resource quota.\n');
    return;
  }
  out.raw('\nResource Quotas\n');
  for (const { metadata, status } of quotas) {
    out.line(1, 'Name:', metadata.name ?? '');
    out.line(1, 'Resource', 'Used', 'Hard');
    out.line(1, '--------', '---', '---');
    for (const name of sortedKeys(status?.hard)) {
      out.line(1, name, status?.used?.[name] ?? '0', status?.hard?.[name] ?? '');
    }
  }
}

export const describeConfigMap: Describer<ConfigMap> = {
  *write(out, map) {
    writeName(out, map);
    writeLabels(out, 'Labels', map.metadata.labels);
    writeAnnotations(out, 'Annotations', map.metadata.annotations);
    out.raw('\nData\n====\n');
    for (const key of sortedKeys(map.data)) {
      out.raw(`${key}:\n----\n${map.data?.[key] ?? ''}\n\n`);
    }
    out.raw('\nBinaryData\n====\n');
    for (const key of sortedKeys(map.binaryData)) {
      out.raw(`${key}: ${decodedLength(map.binaryData?.[key] ?? '')} bytes\n`);
    }
    out.raw('\n');
  },
};

export const describeSecret: Describer<Secret> = {
  hasEvents: false,
  *write(out, secret) {
    writeName(out, secret);
    writeLabels(out, 'Labels', secret.metadata.labels);
    writeAnnotations(out, 'Annotations', secret.metadata.annotations);
    out.raw(`\nType:\t${secret.type ?? ''}\n`);
    out.raw('\nData\n====\n');
    for (const key of sortedKeys(secret.data)) {
      out.line(0, `${key}:`, `${decodedLength(secret.data?.[key] ?? '')} bytes`);
    }
  },
};

export const describeServiceAccount: Describer<
  KubeObject & { readonly imagePullSecrets?: readonly { readonly name?: string }[] }
> = {
  *write(out, account) {
    writeName(out, account);
    writeLabels(out, 'Labels', account.metadata.labels);
    writeAnnotations(out, 'Annotations', account.metadata.annotations);
    const names = (account.imagePullSecrets ?? []).map(({ name }) => name ?? '');
    out.line(0, 'Image pull secrets:', names[0] ?? '<none>');
    for (const name of names.slice(1)) out.line(0, '', name);
    out.line(0, 'Mountable secrets:', '<none>');
    out.line(0, 'Tokens:', '<none>');
  },
};

export const describeQuota: Describer<ResourceQuota> = {
  hasEvents: false,
  *write(out, { metadata, status }) {
    out.line(0, 'Name:', metadata.name ?? '');
    out.line(0, 'Namespace:', metadata.namespace ?? '');
    out.line(0, 'Resource', 'Used', 'Hard');
    out.line(0, '--------', '----', '----');
    for (const name of sortedKeys(status?.hard)) {
      out.line(0, name, status?.used?.[name] ?? '0', status?.hard?.[name] ?? '');
    }
  },
};
