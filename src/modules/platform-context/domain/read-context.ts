import { z } from 'zod';
import { canonicalJson } from '../../../kernel/json/canonical-json';

const MAX_CHARS = 16 * 1024;
const BASE64 = /^[\w+/-]+={0,2}$/;
const MAC_BYTES = 32;

/** Unknown members are rejected, because one of them could restrict the context. */
const schema = z.strictObject({
  tenant_id: z.string().min(1).max(64),
  client_id: z.string().min(1).max(128),
  permissions: z.array(z.string().min(1).max(128)).max(100),
  signature: z.string().max(128),
  issued_at: z.union([z.number().int().nonnegative(), z.iso.datetime({ offset: true })]),
});

/** A platform context that has been parsed but not yet verified. */
export interface ReadContext {
  readonly tenant: string;
  readonly clientId: string;
  readonly permissions: readonly string[];
  readonly issuedAtMs: number;
  /** The latest possible time of issue, because a time in whole seconds does not specify the millisecond. */
  readonly issuedUntilMs: number;
  /** The signed bytes: the canonical JSON (RFC 8785) of every member except `signature`. */
  readonly message: Buffer;
  readonly mac: Buffer;
}

/**
 * Parses a context: JSON encoded as base64 or base64url. `issued_at` is Unix seconds or an RFC 3339 time; `signature` is hex, base64 or
 * base64url. Returns `null` if the context is invalid.
 */
export function readContext(raw: string): ReadContext | null {
  if (raw.length > MAX_CHARS || !BASE64.test(raw)) return null;
  const parsed = schema.safeParse(jsonOf(Buffer.from(raw, 'base64')));
  if (!parsed.success) return null;
  const { signature, ...signed } = parsed.data;
  const mac = macOf(signature);
  const message = messageOf(signed);
  if (mac === null || message === null) return null;
  const { tenant_id: tenant, client_id: clientId, permissions, issued_at: issuedAt } = signed;
  const issuedAtMs = typeof issuedAt === 'number' ? issuedAt * 1000 : Date.parse(issuedAt);
  const issuedUntilMs = typeof issuedAt === 'number' ? issuedAtMs + 999 : issuedAtMs;
  return { tenant, clientId, permissions, issuedAtMs, issuedUntilMs, message, mac };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return null;
  }
}

function messageOf(signed: unknown): Buffer | null {
  try {
    return Buffer.from(canonicalJson(signed));
  } catch {
    return null;
  }
}

function macOf(signature: string): Buffer | null {
  if (/^[0-9a-fA-F]{64}$/.test(signature)) return Buffer.from(signature, 'hex');
  if (!BASE64.test(signature)) return null;
  const mac = Buffer.from(signature, 'base64');
  return mac.length === MAC_BYTES ? mac : null;
}
