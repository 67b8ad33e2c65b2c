import { BuiltinError } from '../../errors.js';
import type { Budget } from '../../evaluate/budget.js';
import { parseIp } from '../net/ip-address.js';
import { isValidPattern } from '../regex/pattern.js';
import { RFC3339 } from '../time/layout.js';
import { parseTime } from '../time/parse-time.js';

type FormatCheck = (text: string, budget: Budget) => boolean;

const LABEL = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;
const UUID = /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/;
const JSON_POINTER = /^(?:\/(?:[^~/]|~0|~1)*)*$/;
const RELATIVE_JSON_POINTER = /^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^~/]|~0|~1)*)*)$/;
const EMAIL_ATOM = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+$/u;
const SCHEME = /^[a-zA-Z][a-zA-Z0-9+.-]*:/;
const BAD_ESCAPE = /%(?![0-9a-fA-F]{2})/;
const CONTROL = /[\u0000-\u001f\u007f]/;
const MAX_LENGTH = 64 * 1024;

const FORMATS: ReadonlyMap<string, FormatCheck> = new Map<string, FormatCheck>([
  ['date', (text) => isTime(text, '2006-01-02')],
  ['time', (text) => isTime(text, '15:04:05Z07:00', '15:04:05')],
  ['date-time', (text) => isTime(text, '15:04:05', '15:04:05Z07:00', '2006-01-02', RFC3339)],
  ['hostname', isHostname],
  ['email', isEmail],
  ['idn-email', isEmail],
  ['ipv4', (text) => text.includes('.') && parseIp(text) !== undefined],
  ['ipv6', (text) => text.includes(':') && parseIp(text) !== undefined],
  ['uri', (text) => isUri(text) && SCHEME.test(text)],
  ['iri', (text) => isUri(text) && SCHEME.test(text)],
  ['uri-reference', isUri],
  ['iri-reference', isUri],
  ['uri-template', (text) => isUri(text) && hasBalancedBraces(text)],
  ['uuid', (text) => UUID.test(text)],
  ['regex', (text, budget) => text === '' || isValidPattern(text, budget)],
  ['json-pointer', (text) => JSON_POINTER.test(text)],
  ['relative-json-pointer', (text) => RELATIVE_JSON_POINTER.test(text)],
]);

/** Returns whether the text has the format. Any text matches an unknown format. */
export function hasFormat(format: string, text: string, budget: Budget): boolean {
  const check = FORMATS.get(format);
  if (check === undefined) {
    return true;
  }
  budget.step(1 + text.length);
  return text.length <= MAX_LENGTH && check(text, budget);
}

function isTime(text: string, ...layouts: readonly string[]): boolean {
  return layouts.some((layout) => parses(layout, text));
}

function parses(layout: string, text: string): boolean {
  try {
    parseTime(layout, text);
    return true;
  } catch (error) {
    if (error instanceof BuiltinError) {
      return false;
    }
    throw error;
  }
}

function isHostname(text: string): boolean {
  return text.length < 256 && text.split('.').every((label) => LABEL.test(label));
}

/** Accepts `a@b.c`, or `Name <a@b.c>` (Go `mail.ParseAddress`, without comments). */
function isEmail(text: string): boolean {
  const open = text.lastIndexOf('<');
  const address = open !== -1 && text.trimEnd().endsWith('>') ? text.trimEnd().slice(open + 1, -1) : text.trim();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const quoted = /^"(?:[^"\\]|\\.)+"$/.test(local);
  return at > 0 && (quoted || isAtoms(local)) && isAtoms(address.slice(at + 1));
}

function isAtoms(text: string): boolean {
  return text.split('.').every((atom) => EMAIL_ATOM.test(atom));
}

/** Returns whether Go's `url.Parse` accepts the text. The check is approximate. */
function isUri(text: string): boolean {
  if (CONTROL.test(text) || text.includes('\\') || BAD_ESCAPE.test(text) || text.startsWith(':')) {
    return false;
  }
  const withoutScheme = text.replace(SCHEME, '');
  const authority = /^\/\/([^/?#]*)/.exec(withoutScheme)?.[1] ?? '';
  const [segment = ''] = withoutScheme.split('/');
  return !/[ "<>^`{}|]/.test(authority) && (withoutScheme !== text || !segment.split(/[?#]/)[0]?.includes(':'));
}

function hasBalancedBraces(text: string): boolean {
  let open = false;
  for (const character of text) {
    if (character === '}' && !open) {
      continue;
    }
    open = character === '{' ? true : character === '}' ? false : open;
  }
  return !open;
}
