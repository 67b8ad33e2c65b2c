import { isToken } from '../token-text';
import { isRawText } from './raw-text';
import type { SentMessage } from './sent-message';
import { delimited } from './wire-fields';

/** A request in the contract's layout, and the name of the layout in which it arrived. */
export interface Translated {
  readonly message: SentMessage;
  readonly layout: string;
}

/**
 * Translates a request on one path to the contract's layout, recognizing the layout only by the fields; returns `null` if the request
 * already has the contract's layout.
 */
export type Layout = (sent: SentMessage) => Translated | null;

/** Paths on which clients use fields that differ from the contract (wire contract §2.3). */
export const LAYOUTS: Readonly<Record<string, Layout>> = {
  '/coresdk.v1.AuthService/Authorize': authorize,
  '/coresdk.v1.AuditService/Emit': emit,
  '/coresdk.v1.FlagService/Evaluate': evaluateFlag,
  '/coresdk.v1.RateLimitService/Check': (message) => ({ message, layout: 'check' }),
};

/**
 * Java sends the token in 1, the resource in 2, the action in 3, and the tenant as a string in 4 unless it omits that field. The contract
 * forbids a token in 1, and no other client sends a string in 4. A string there means that 1 is a token, even if it does not look like one.
 * Java never sends a TenantContext in 4.
 */
function authorize(sent: SentMessage): Translated | null {
  if (sent.last(7).length > 0 || sent.last(1).length === 0) return null;
  const tenant = sent.last(4);
  if (tenant.length === 0 ? !isToken(sent.text(1)) : !isRawText(tenant)) return null;
  const moved = new Map<number, number | null>([
    [1, 7],
    [2, 3],
    [3, 2],
    [7, null],
  ]);
  return { message: renumbered(sent, moved), layout: 'authorize_java' };
}

/**
 * Python sends the contract's layout, always with fields 6 and 7. The other clients send the user in 2, the outcome in 3 and metadata in 5,
 * but neither 6 nor 7.
 */
function emit(sent: SentMessage): Translated {
  if (sent.has(6) || sent.has(7)) return { message: sent, layout: 'emit' };
  const moved = new Map<number, number | null>([
    [2, 5],
    [3, 6],
    [5, null],
  ]);
  const metadata = sent.has(5) ? [delimited(7, metadataOf(sent.texts(5)))] : [];
  return { message: renumbered(sent, moved, metadata), layout: 'emit_short' };
}

/** Python sends the contract's layout, always with field 4. The other clients swap user and tenant, and never send field 4. */
function evaluateFlag(sent: SentMessage): Translated {
  if (sent.has(4)) return { message: sent, layout: 'evaluate_flag' };
  const moved = new Map<number, number | null>([
    [2, 3],
    [3, 2],
  ]);
  return { message: renumbered(sent, moved), layout: 'evaluate_flag_short' };
}

function renumbered(
  sent: SentMessage,
  moved: ReadonlyMap<number, number | null>,
  added: Parameters<SentMessage['rewritten']>[1] = [],
): SentMessage {
  return sent.rewritten(({ number }) => {
    const to = moved.get(number);
    return to === undefined ? number : to;
  }, added);
}

/**
 * Returns metadata as JSON. TypeScript and Java send one JSON string; Go sends one `key=value` string per entry. The function passes on any
 * other value as is, so that it is rejected later.
 */
function metadataOf(texts: readonly string[]): string {
  const [first = ''] = texts;
  if (texts.length === 1 && (first.startsWith('{') || !first.includes('='))) return first;
  const pairs = texts.map((text): [string, string] => {
    const at = text.indexOf('=');
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  });
  return JSON.stringify(Object.fromEntries(pairs));
}
