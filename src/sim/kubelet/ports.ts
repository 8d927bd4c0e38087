/**
 * Ports of probes and hooks: a number, or the name of one of the container's ports.
 *
 * Upstream: pkg/probe/util.go ResolveContainerPort
 */
import type { Container } from '../api/types.gen.ts';

/** Returns the port's number, or the text of the error for a name that the container does not have. */
export function resolvePort(port: number | string, container: Container): number | string {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(({ name }) => name === port);
  if (named !== undefined) return named.containerPort;
  // Upstream reads a name that it does not find as a number; the text is that of strconv.Atoi.
  if (/^\d+$/.test(port)) return Number(port);
  return `strconv.Atoi: parsing "${port}": invalid syntax`;
}
