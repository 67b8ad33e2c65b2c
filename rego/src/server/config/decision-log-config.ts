import { type DelayRange, readDelay } from './bundle-config.js';
import type { Section } from './section.js';
import type { ServiceConfig } from './service-config.js';

/** The targets of the decision log, and its limits. */
export interface DecisionLogConfig {
  readonly console: boolean;
  readonly upload: UploadConfig | null;
  /** Escaped paths below `data`. */
  readonly maskDecision: string;
  readonly dropDecision: string;
  /** Request headers that an event includes. */
  readonly headers: readonly string[];
}

export interface UploadConfig {
  readonly service: ServiceConfig;
  readonly resource: string;
  readonly delay: DelayRange;
  /** The maximum compressed size of one request. */
  readonly maxUploadBytes: number;
  /** The maximum size of the queue; the oldest events are dropped first. */
  readonly maxBufferBytes: number;
  readonly maxBufferEvents: number;
  readonly maxPerSecond: number | null;
}

const DEFAULT_UPLOAD_BYTES = 32_768;
const MIN_UPLOAD_BYTES = 90;
const MAX_UPLOAD_BYTES = 4_294_967_296;
const DEFAULT_EVENTS = 10_000;
/** OPA's queue is unlimited unless the configuration sets a limit. */
const DEFAULT_BUFFER_BYTES = 128 * 1024 * 1024;

/** Reads `decision_logs`; returns `null` if decisions are not logged. */
export function readDecisionLogs(root: Section, services: readonly ServiceConfig[]): DecisionLogConfig | null {
  if (!root.has('decision_logs')) return null;
  const section = root.section('decision_logs');
  if (section.has('plugin')) throw section.error('plugin', 'is not supported: use `console` or `service`');
  if (section.flag('nd_builtin_cache') || root.flag('nd_builtin_cache')) {
    throw section.error('nd_builtin_cache', 'is not supported');
  }
  const console = section.flag('console');
  const named = section.text('service');
  const name = named ?? (console ? undefined : services[0]?.name);
  if (name === undefined && !console) return null;
  const service = services.find((each) => each.name === name);
  if (name !== undefined && service === undefined) throw section.error('service', `there is no service "${name}"`);
  return {
    console,
    upload: service === undefined ? null : readUpload(section, service),
    maskDecision: pathOf(section.text('mask_decision') ?? '/system/log/mask'),
    dropDecision: pathOf(section.text('drop_decision') ?? '/system/log/drop'),
    headers: section.section('request_context').section('http').texts('headers'),
  };
}

/** Returns a configured path without leading and trailing slashes. */
export const pathOf = (path: string): string => path.replace(/^\/+|\/+$/g, '');

function readUpload(section: Section, service: ServiceConfig): UploadConfig {
  const reporting = section.section('reporting');
  const partition = section.text('partition_name');
  const trigger = reporting.text('trigger') ?? 'periodic';
  if (trigger !== 'periodic') throw reporting.error('trigger', `${trigger} is not supported: use periodic`);
  const type = reporting.text('buffer_type') ?? 'size';
  if (type !== 'size' && type !== 'event') throw reporting.error('buffer_type', 'must be size or event');
  const maxPerSecond = reporting.number('max_decisions_per_second', 0, 1e9) ?? null;
  const bytes = reporting.number('buffer_size_limit_bytes', 1, Number.MAX_SAFE_INTEGER);
  const events = reporting.number('buffer_size_limit_events', 1, 1e8);
  if (bytes !== undefined && maxPerSecond !== null) {
    throw reporting.error('buffer_size_limit_bytes', 'must not be set together with max_decisions_per_second');
  }
  if (type === 'event' && bytes !== undefined)
    throw reporting.error('buffer_size_limit_bytes', 'does not apply to the buffer type event');
  if (type === 'size' && events !== undefined)
    throw reporting.error('buffer_size_limit_events', 'does not apply to the buffer type size');
  const upload = reporting.number('upload_size_limit_bytes', 0, Number.MAX_SAFE_INTEGER) ?? DEFAULT_UPLOAD_BYTES;
  return {
    service,
    resource: pathOf(partition === undefined ? (section.text('resource') ?? '/logs') : `/logs/${partition}`),
    delay: readDelay(reporting, { minMs: 300_000, maxMs: 600_000 }),
    maxUploadBytes: Math.min(Math.max(upload, MIN_UPLOAD_BYTES), MAX_UPLOAD_BYTES),
    maxBufferBytes: bytes ?? DEFAULT_BUFFER_BYTES,
    maxBufferEvents: type === 'event' ? (events ?? DEFAULT_EVENTS) : Number.MAX_SAFE_INTEGER,
    maxPerSecond,
  };
}
