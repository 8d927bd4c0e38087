/**
 * nginx's variables, and texts with variables in them.
 *
 * Upstream: nginx src/http/ngx_http_variables.c, ngx_http_upstream.c ngx_http_upstream_vars
 */
import { momentOf } from '../calendar.ts';
import type { HttpRequest } from '../node-network.ts';
import { splitPath } from './http-service.ts';
import type { UpstreamAttempt } from './nginx-proxy.ts';

/** What variables are read from. */
export interface VariableSource {
  readonly request: HttpRequest;
  readonly hostname: string;
  readonly version: string;
  readonly workerPid: number;
  readonly serverPort: number;
  readonly serverName: string;
  /** When the request came, in virtual ms. */
  readonly startMs: number;
  /** The connection's number. */
  readonly connection: number;
  /** The authority of `proxy_pass`, '' where nothing is passed on. */
  readonly proxyHost: string;
  readonly attempts: readonly UpstreamAttempt[];
}

/** How the answer stands when a text is made. */
export interface AnswerState {
  readonly status: number;
  readonly bodyBytes: number;
  readonly nowMs: number;
}

/** Replaces variables in a text; `missing` stands for what has no value. */
export function expandNginx(
  text: string,
  source: VariableSource,
  answer: AnswerState,
  missing = '',
): string {
  return text.replace(/\$\{?(\w+)\}?/g, (_whole, name: string) => {
    const value = variable(name, source, answer);
    return value === '' ? missing : value;
  });
}

function variable(name: string, source: VariableSource, answer: AnswerState): string {
  const { request } = source;
  if (name.startsWith('http_')) return request.headers[name.slice(5).replaceAll('_', '-')] ?? '';
  if (name.startsWith('arg_')) return splitPath(request.path).query.get(name.slice(4)) ?? '';
  if (name.startsWith('upstream_')) return upstreamVariable(name, source.attempts);
  switch (name) {
    case 'hostname':
      return source.hostname;
    case 'host':
      return (request.headers['host'] ?? source.serverName).replace(/:\d+$/, '');
    case 'request':
      return `${request.method} ${request.path} HTTP/1.1`;
    case 'request_method':
      return request.method;
    case 'request_uri':
      return request.path;
    case 'uri':
    case 'document_uri':
      return splitPath(request.path).path;
    case 'args':
    case 'query_string':
      return request.path.split('?')[1] ?? '';
    case 'is_args':
      return request.path.includes('?') ? '?' : '';
    case 'scheme':
      return 'http';
    case 'server_protocol':
      return 'HTTP/1.1';
    case 'remote_addr':
      return request.clientIp;
    case 'proxy_add_x_forwarded_for': {
      const before = request.headers['x-forwarded-for'];
      return before === undefined ? request.clientIp : `${before}, ${request.clientIp}`;
    }
    case 'proxy_host':
      return source.proxyHost;
    case 'status':
      return String(answer.status);
    case 'body_bytes_sent':
    case 'bytes_sent':
      return String(answer.bodyBytes);
    case 'request_time':
      return inSeconds(answer.nowMs - source.startMs);
    case 'connection':
      return String(source.connection);
    case 'pid':
      return String(source.workerPid);
    case 'nginx_version':
      return source.version;
    case 'server_name':
      return source.serverName;
    case 'server_port':
      return String(source.serverPort);
    default:
      return timeVariable(name, answer.nowMs);
  }
}

function timeVariable(name: string, nowMs: number): string {
  const { epochSeconds, millisecond, day, monthName, year, hour, minute, second } = momentOf(nowMs);
  if (name === 'msec') return `${epochSeconds}.${millisecond}`;
  if (name !== 'time_local') return '';
  return `${day}/${monthName}/${year}:${hour}:${minute}:${second} +0000`;
}

/** Of several servers that were asked the values stand one after the other. */
function upstreamVariable(name: string, attempts: readonly UpstreamAttempt[]): string {
  return attempts.map((attempt) => ofAttempt(name, attempt)).join(', ');
}

function ofAttempt(name: string, attempt: UpstreamAttempt): string {
  const { address, status, connectMs, responseMs } = attempt;
  if (name === 'upstream_addr') return address;
  if (name === 'upstream_status') return status === 0 ? '-' : String(status);
  if (name === 'upstream_connect_time') return connectMs < 0 ? '-' : inSeconds(connectMs);
  if (name === 'upstream_header_time') {
    return connectMs < 0 || status === 0 ? '-' : inSeconds(responseMs);
  }
  return name === 'upstream_response_time' ? inSeconds(responseMs) : '';
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
