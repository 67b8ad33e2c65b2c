import { Inject, Injectable, Optional } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { type ClientJwk, clientJwk } from './contract/apps.types';
import { isUsableKey } from './domain/app-faults';
import { fetchJwks } from './fetch-jwks';

interface Fetched {
  readonly keys: readonly ClientJwk[];
  readonly atMs: number;
}

const CACHED = 1_000;
const FRESH_MS = 5 * 60_000;
/** The minimum interval between fetches after a failure, or for an unknown `kid`, regardless of what clients send. */
const AGAIN_AFTER_MS = 30_000;
const MAX_KEYS = 50;

/** Fetches the JSON at a `jwks_uri`. Tests provide their own source. */
export abstract class JwksSource {
  abstract get(uri: string): Promise<string>;
}

/** A cache of the keys that apps publish at their `jwks_uri`. */
@Injectable()
export class RemoteJwks {
  private readonly fetched = new LRUCache<string, Fetched>({ max: CACHED });
  private readonly running = new Map<string, Promise<Fetched>>();

  constructor(
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Optional() private readonly source: JwksSource = { get: (uri) => fetchJwks(uri) },
  ) {}

  /**
   * Returns the usable keys. Fetches them again if they are old or `kid` is not among them. Returns an empty list if they are unavailable.
   */
  async keys(uri: string, kid: string | null): Promise<readonly ClientJwk[]> {
    const known = this.fetched.get(uri);
    if (known) {
      const ageMs = this.clock.nowMs() - known.atMs;
      const has = known.keys.length > 0 && (kid === null || known.keys.some((key) => key.kid === kid));
      if (ageMs < (has ? FRESH_MS : AGAIN_AFTER_MS)) return known.keys;
    }
    let fetching = this.running.get(uri);
    if (!fetching) {
      fetching = this.fetch(uri, known?.keys ?? []).finally(() => this.running.delete(uri));
      this.running.set(uri, fetching);
    }
    return (await fetching).keys;
  }

  /** Fetches the keys. @param old the keys that stay in use if the app's server is unreachable. */
  private async fetch(uri: string, old: readonly ClientJwk[]): Promise<Fetched> {
    const keys = await this.source.get(uri).then(parseJwks, (error: unknown) => {
      this.logger.warn({ err: error, uri }, 'Could not read the keys of an app from its jwks_uri');
      return old;
    });
    const fetched = { keys, atMs: this.clock.nowMs() };
    this.fetched.set(uri, fetched);
    return fetched;
  }
}

/** Returns the supported keys in a JWK Set. RFC 7517 §5: other keys are ignored. */
export function parseJwks(text: string): readonly ClientJwk[] {
  const members = membersOf(text);
  return members.slice(0, MAX_KEYS).flatMap((member) => {
    const jwk = clientJwk.safeParse(publicMembers(member));
    return jwk.success && isUsableKey(jwk.data) ? [jwk.data] : [];
  });
}

function membersOf(text: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    const keys: unknown = typeof parsed === 'object' && parsed !== null && 'keys' in parsed ? parsed.keys : [];
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}

const KNOWN = ['kty', 'n', 'e', 'crv', 'x', 'y', 'alg', 'kid', 'use', 'key_ops'];

/** Returns the public members of a key, without certificates or other unused members; `null` for a private key. */
function publicMembers(member: unknown): unknown {
  if (typeof member !== 'object' || member === null) return member;
  if ('d' in member) return null;
  return Object.fromEntries(Object.entries(member).filter(([name]) => KNOWN.includes(name)));
}
