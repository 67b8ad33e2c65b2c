import type { LogMask } from '../../kernel/telemetry/logger';
import { REDACTED } from './contract/masking.types';
import type { DetectOptions } from './engine/engine.types';
import { ENTITIES } from './engine/entities';
import { DEFAULT_BLOCKED_FIELDS, fieldRules } from './engine/field-rules';
import { maskJson } from './engine/mask-json';
import { maskText } from './engine/mask-text';

/** The maximum length of a string in a log record; the rest is cut off to limit the work per line. */
const MAX_TEXT_LENGTH = 8 * 1024;
const MAX_DEPTH = 12;
const MAX_NODES = 2_000;

/** Members that the logger itself adds to each line. */
const OWN_MEMBERS: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'role']);

/**
 * Entities that operators need to see, because they show where an event happened, not whom it concerned. A URL with a password is a secret
 * and is detected as one.
 */
const OPERATIONAL: ReadonlySet<string> = new Set(['IP_ADDRESS', 'MAC_ADDRESS', 'URL', 'DOMAIN_NAME', 'DATE_TIME']);

/** A UUID or a `traceparent`, whose digits sometimes resemble personal data. */
const IDENTIFIER =
  /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})$/;

const options: DetectOptions = {
  entities: ENTITIES.filter(({ name, onByDefault }) => onByDefault && !OPERATIONAL.has(name)).map(({ name }) => name),
};
const fields = fieldRules(DEFAULT_BLOCKED_FIELDS);

/** Removes personal data and secrets from a log record, based on common field names and on matches in its strings. */
export const maskLogRecord: LogMask = (record) => {
  const own = Object.entries(record).filter(([name]) => OWN_MEMBERS.has(name));
  const others = Object.entries(record).filter(([name]) => !OWN_MEMBERS.has(name));
  const masked = maskJson(Object.fromEntries(others), {
    fields,
    replaceField: () => REDACTED,
    maskString: (text, path) => {
      const name = path.at(-1);
      return maskedText(text, name === undefined ? options : { ...options, context: [name] });
    },
    maxDepth: MAX_DEPTH,
    maxNodes: MAX_NODES,
  });
  return { ...Object.fromEntries(own), ...(masked as Readonly<Record<string, unknown>>) };
};

/** Masks text that bypasses the logger, such as the last message of a process that fails to start, as if it were a log record. */
export function maskLogText(text: string): string {
  return maskedText(text, options);
}

function maskedText(text: string, by: DetectOptions): string {
  return IDENTIFIER.test(text) ? text : maskText(cut(text), () => REDACTED, by);
}

function cut(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  return `${text.slice(0, MAX_TEXT_LENGTH)}… (${text.length - MAX_TEXT_LENGTH} more characters)`;
}
