import { describe, expect, test } from 'vitest';
import { placeOf, whatRequestLacks } from '#cli/parity/http-facade.ts';

const place = (path: string): unknown => {
  const found = placeOf(path);
  return found && [found.row.kind, found.namespace, found.name, found.subresource];
};

describe('paths', () => {
  test.each([
    ['/api/v1/namespaces/shop/pods/web/eviction', ['Pod', 'shop', 'web', 'eviction']],
    ['/api/v1/pods', ['Pod', '', '', '']],
    ['/api/v1/namespaces/shop', ['Namespace', '', 'shop', '']],
    ['/api/v1/namespaces/shop/finalize', ['Namespace', '', 'shop', 'finalize']],
    ['/apis/apps/v1/namespaces/shop/deployments', ['Deployment', 'shop', '', '']],
    ['/apis/apps/v1/namespaces/shop/deployments/web/scale', ['Deployment', 'shop', 'web', 'scale']],
    ['/apis/storage.k8s.io/v1/storageclasses/fast', ['StorageClass', '', 'fast', '']],
    ['/healthz', undefined],
    ['/apis/example.com/v1/widgets', undefined],
  ])('%s', (path, expected) => {
    expect(place(path)).toEqual(expected);
  });
});

describe('what cannot be sent', () => {
  const path = '/api/v1/namespaces/shop/pods/web';

  test.each([
    [{ method: 'GET', path }, ''],
    [{ method: 'GET', path, as: 'jane' }, 'requests in the name of another user'],
    [{ method: 'GET', path, accept: 'application/json;as=Table' }, 'other forms'],
    [{ method: 'GET', path: '/version' }, 'the path /version'],
    [{ method: 'GET', path, query: { watch: 'true' } }, 'watches'],
    [{ method: 'FETCH', path }, 'the method FETCH'],
    [{ method: 'PATCH', path, contentType: 'application/apply-patch+yaml' }, 'server-side apply'],
    [{ method: 'PATCH', path, body: '{' }, 'patches that are no JSON'],
    [{ method: 'POST', path: '/api/v1/namespaces/shop/pods', body: '{' }, ''],
  ])('%j lacks %s', (request, lacks) => {
    const found = whatRequestLacks(request);
    if (lacks === '') expect(found).toBe('');
    else expect(found).toContain(lacks);
  });
});
