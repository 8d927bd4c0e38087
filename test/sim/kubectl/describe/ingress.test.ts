import { describe, expect, test } from 'vitest';
import { Session } from '../session.ts';

const manifest = `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: 8080, protocol: TCP}]
endpoints:
- {addresses: [10.244.0.5], conditions: {ready: true}}
- {addresses: [10.244.1.6], conditions: {ready: false}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: outside
  tls: [{hosts: [shop.example.com], secretName: shop-tls}]
  rules:
  - host: shop.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
      - {path: /gone, pathType: Exact, backend: {service: {name: nowhere, port: {number: 8080}}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: simple}
spec:
  defaultBackend: {service: {name: web, port: {number: 80}}}
`;

function described(target: string): string {
  const session = new Session();
  session.files.set('a.yaml', manifest);
  const created = session.start('create', '-f', 'a.yaml');
  session.harness.run(1_000);
  expect(created.stderr()).toBe('');
  const shown = session.start('describe', target);
  session.harness.run(1_000);
  return shown.stdout();
}

describe('the description of an Ingress', () => {
  test('names the ready addresses behind each backend, and a Service that is not there', () => {
    expect(described('ing/shop')).toBe(`Name:             shop
Labels:           <none>
Namespace:        default
Address:          
Ingress Class:    outside
Default backend:  <default>
TLS:
  shop-tls terminates shop.example.com
Rules:
  Host              Path  Backends
  ----              ----  --------
  shop.example.com  
                    /       web:http (10.244.0.5:8080)
                    /gone   nowhere:8080 (<error: services "nowhere" not found>)
Annotations:        <none>
Events:             <none>
`);
  });

  test('without rules sends everything to the default backend', () => {
    const text = described('ing/simple');
    expect(text).toContain('Ingress Class:    <none>\n');
    expect(text).toContain('Default backend:  web:80 (10.244.0.5:8080)\n');
    expect(text).toContain('  *           *     web:80 (10.244.0.5:8080)\n');
  });
});
