import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../bundle/merge-data.js';
import type { BodyLimits } from '../request-body.js';
import type { EncodingOptions } from '../send-reply.js';
import { type BundleConfig, readBundles } from './bundle-config.js';
import { type DecisionLogConfig, pathOf, readDecisionLogs } from './decision-log-config.js';
import { Section } from './section.js';
import { readKeys, readServices } from './service-config.js';

/** The server configuration, in OPA's format. */
export interface ServerConfig {
  readonly labels: Readonly<Record<string, string>>;
  /** Escaped paths below `data`. */
  readonly defaultDecision: string;
  readonly defaultAuthorizationDecision: string;
  readonly bundles: readonly BundleConfig[];
  readonly decisionLogs: DecisionLogConfig | null;
  /** True if `/v1/status` is enabled. */
  readonly hasStatus: boolean;
  readonly persistenceDirectory: string;
  readonly body: BodyLimits;
  readonly encoding: EncodingOptions;
  readonly buckets: readonly number[] | undefined;
  /** The entire configuration as JSON, without credentials. */
  readonly active: Readonly<Record<string, unknown>>;
  /** Options that this server ignores. */
  readonly warnings: readonly string[];
}

/** Options that the server cannot ignore and does not support. */
const REFUSED: Readonly<Record<string, string>> = {
  discovery: 'is not supported: give the configuration itself',
  bundle: 'is not supported: use `bundles`',
  storage: 'is not supported: data is kept in memory',
  plugins: 'is not supported: there are no plugins',
  distributed_tracing: 'is not supported',
  metrics_export: 'is not supported: scrape /metrics',
};
const KNOWN = new Set([
  'services',
  'labels',
  'bundles',
  'decision_logs',
  'status',
  'keys',
  'default_decision',
  'nd_builtin_cache',
  'default_authorization_decision',
  'caching',
  'persistence_directory',
  'server',
]);
const MEBIBYTE = 1024 * 1024;

/** Reads a configuration. Errors: `ConfigError`. */
export function readServerConfig(value: unknown, version: string): ServerConfig {
  const root = Section.root(value);
  for (const [name, why] of Object.entries(REFUSED)) if (root.has(name)) throw root.error(name, why);
  const services = readServices(root);
  const keys = readKeys(root);
  const labels = { ...readLabels(root), id: root.section('labels').text('id') ?? randomUUID(), version };
  const defaults = {
    default_authorization_decision: root.text('default_authorization_decision') ?? '/system/authz/allow',
    default_decision: root.text('default_decision') ?? '/system/main',
  };
  const server = root.section('server');
  return {
    labels,
    defaultDecision: pathOf(defaults.default_decision),
    defaultAuthorizationDecision: pathOf(defaults.default_authorization_decision),
    bundles: readBundles(root, services, keys),
    decisionLogs: readDecisionLogs(root, services),
    hasStatus: readStatus(root),
    persistenceDirectory: root.text('persistence_directory') ?? '.opa',
    body: readLimits(server.section('decoding')),
    encoding: readEncoding(server.section('encoding').section('gzip')),
    buckets: server.section('metrics').section('prom').section('http_request_duration_seconds').numbers('buckets'),
    active: sorted({ ...withoutSecrets(value), ...defaults, labels }),
    warnings: root
      .names()
      .filter((name) => !KNOWN.has(name))
      .map((name) => `${name}: this option is not known.`),
  };
}

function readLabels(root: Section): Readonly<Record<string, string>> {
  const labels = root.section('labels');
  return Object.fromEntries(labels.names().map((name) => [name, labels.text(name) ?? '']));
}

function readStatus(root: Section): boolean {
  if (!root.has('status')) return false;
  const status = root.section('status');
  const other = ['service', 'plugin', 'console'].find((name) => status.has(name) && status.raw(name) !== false);
  if (other !== undefined) throw status.error(other, 'is not supported: use GET /v1/status instead');
  return true;
}

function readLimits(decoding: Section): BodyLimits {
  return {
    maxBytes: decoding.number('max_length', 1, Number.MAX_SAFE_INTEGER) ?? 256 * MEBIBYTE,
    maxUnpackedBytes: decoding.section('gzip').number('max_length', 1, 2 ** 32) ?? 512 * MEBIBYTE,
  };
}

function readEncoding(gzip: Section): EncodingOptions {
  const level = gzip.number('compression_level', 0, 9) ?? 9;
  if (![0, 1, 9].includes(level)) throw gzip.error('compression_level', 'must be 0, 1 or 9');
  return { minBytes: gzip.number('min_length', 1, Number.MAX_SAFE_INTEGER) ?? 1_024, level };
}

/** Returns the configuration as OPA reports it: services without credentials, and keys without their content. */
function withoutSecrets(value: unknown): JsonObject {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'services'
        ? eachWithout(member, ['credentials'])
        : name === 'keys'
          ? eachWithout(member, ['key', 'private_key'])
          : member,
    ]),
  );
}

function eachWithout(value: unknown, names: readonly string[]): unknown {
  const strip = (member: unknown): unknown =>
    isJsonObject(member)
      ? Object.fromEntries(Object.entries(member).filter(([name]) => !names.includes(name)))
      : member;
  if (Array.isArray(value)) return value.map(strip);
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, strip(member)]))
    : value;
}

/** Sorts members by name, as Go writes maps. */
function sorted(value: JsonObject): JsonObject {
  const order = (member: unknown): unknown => {
    if (Array.isArray(member)) return member.map(order);
    return isJsonObject(member) ? sorted(member) : member;
  };
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, order(member)]),
  );
}
