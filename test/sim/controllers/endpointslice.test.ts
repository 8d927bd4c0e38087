import { describe, expect, test } from 'vitest';
import { ControlPlane, object, webReplicaSet } from './control-plane.ts';

const service = (spec: Readonly<Record<string, unknown>> = {}, name = 'web') =>
  object('v1', 'Service', name, {
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
  });

function cluster(): ControlPlane {
  return new ControlPlane({ controllers: ['endpointslice', 'replicaset'] });
}

const endpoints = (plane: ControlPlane) =>
  plane.list('EndpointSlice').flatMap((slice) => slice.endpoints ?? []);
const states = (plane: ControlPlane) =>
  endpoints(plane).map(({ conditions }) =>
    [conditions?.ready, conditions?.serving, conditions?.terminating]
      .map((value) => (value === true ? 'T' : 'F'))
      .join('/'),
  );

describe('a Service', () => {
  test('has an empty slice at once, and addresses as its pods get ready', () => {
    const plane = cluster();
    plane.seed(service());
    plane.run(100);
    const [slice] = plane.list('EndpointSlice');
    expect(slice?.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(slice?.endpoints ?? []).toEqual([]);
    plane.seed(webReplicaSet(3));
    plane.run(2000);
    expect(states(plane)).toEqual(['T/T/F', 'T/T/F', 'T/T/F']);
    expect(plane.list('EndpointSlice').map(({ metadata }) => metadata.name)).toEqual([
      slice?.metadata.name,
    ]);
  });

  test('shows a deletion as recorded: not ready but serving, then gone before the object', () => {
    const plane = cluster();
    plane.seed(service(), webReplicaSet(1));
    plane.run(2000);
    const [pod] = plane.list('Pod');
    const name = pod?.metadata.name ?? '';
    plane.do(plane.client.of('Pod').delete('default', name));
    plane.run(100);
    expect(states(plane)[0]).toBe('F/T/T');
    plane.run(200);
    expect(endpoints(plane).map(({ targetRef }) => targetRef?.name)).not.toContain(name);
    expect(plane.peek('Pod', 'default', name)).toBeDefined();
    plane.run(2000);
    expect(states(plane)).toEqual(['T/T/F']);
  });

  test('without selector or of type ExternalName has none', () => {
    const plane = cluster();
    plane.seed(service({ selector: undefined }, 'none'));
    plane.seed(service({ type: 'ExternalName', externalName: 'example.com' }, 'outside'));
    plane.run(500);
    expect(plane.list('EndpointSlice')).toEqual([]);
  });

  test('follows its selector', () => {
    const plane = cluster();
    plane.seed(service(), webReplicaSet(2));
    plane.run(2000);
    plane.do(
      plane.client
        .of('Service')
        .patch('default', 'web', 'merge', { spec: { selector: { app: 'x' } } }),
    );
    plane.run(200);
    expect(endpoints(plane)).toEqual([]);
  });

  test('has its slices mended when somebody changes them', () => {
    const plane = cluster();
    plane.seed(service(), webReplicaSet(1));
    plane.run(2000);
    const [slice] = plane.list('EndpointSlice');
    const name = slice?.metadata.name ?? '';
    plane.do(plane.client.of('EndpointSlice').patch('default', name, 'merge', { endpoints: [] }));
    plane.run(500);
    expect(endpoints(plane)).toEqual([]);
    plane.run(1000);
    expect(states(plane)).toEqual(['T/T/F']);
    plane.do(plane.client.of('EndpointSlice').delete('default', name));
    plane.run(1500);
    expect(states(plane)).toEqual(['T/T/F']);
  });
});

describe('the time of the change', () => {
  test('comes with a change of readiness and goes with one of another kind', () => {
    const plane = cluster();
    plane.seed(service());
    plane.run(2000);
    plane.seed(webReplicaSet(1));
    plane.run(1000);
    const time = () =>
      plane.list('EndpointSlice')[0]?.metadata.annotations?.[
        'endpoints.kubernetes.io/last-change-trigger-time'
      ];
    expect(time()).toBe('2026-01-01T00:00:02Z');
    const [pod] = plane.list('Pod');
    plane.do(plane.client.of('Pod').delete('default', pod?.metadata.name ?? ''));
    plane.run(50);
    expect(time()).toBeUndefined();
  });
});
