import { setTimeout as sleep } from 'node:timers/promises';
import { Resolver } from 'node:dns/promises';

/** Resolves names to addresses; a test can pass its own resolver. */
export abstract class NameResolver {
  /**
   * Returns every IPv4 and IPv6 address of a name; empty if the name has no address or does not exist. Rejects if this is unknown because
   * no server responded in time.
   */
  abstract addressesOf(name: string): Promise<readonly string[]>;
}

export interface DnsResolverOptions {
  /** `address` or `address:port` of the servers; defaults to the machine's own. */
  readonly servers?: readonly string[];
  /** Time limit for a whole lookup. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 2_000;
/** Maximum number of concurrent lookups. Names come from callers, and with a slow server, lookups must not accumulate without limit. */
const MAX_RUNNING = 256;
/** RFC 1035 §4.1.1: the name does not exist, or has no such record. */
const NOTHING = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Queries name servers. It does not use `getaddrinfo`, which would block one of the few available threads for each slow name. It therefore
 * does not find names in the machine's hosts file, which is intended, because the names must be public.
 */
export class DnsNameResolver extends NameResolver {
  private readonly running = new Map<string, Promise<readonly string[]>>();

  constructor(private readonly options: DnsResolverOptions = {}) {
    super();
  }

  override addressesOf(name: string): Promise<readonly string[]> {
    const known = this.running.get(name);
    if (known) return known;
    if (this.running.size >= MAX_RUNNING) return Promise.reject(new Error('Too many DNS lookups are in progress.'));
    const asked = this.ask(name).finally(() => this.running.delete(name));
    this.running.set(name, asked);
    return asked;
  }

  private async ask(name: string): Promise<readonly string[]> {
    const { servers, timeoutMs = TIMEOUT_MS } = this.options;
    const resolver = new Resolver({ timeout: Math.ceil(timeoutMs / 2), tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const ended = new AbortController();
    const late = sleep(timeoutMs, null, { signal: ended.signal, ref: false });
    const asked = Promise.all([orNothing(resolver.resolve4(name)), orNothing(resolver.resolve6(name))]);
    try {
      // The race handles the rejection of the loser.
      const found = await Promise.race([asked, late]);
      if (found === null) throw new Error('The name servers did not respond in time.');
      return found.flat();
    } finally {
      ended.abort();
      resolver.cancel();
    }
  }
}

async function orNothing(answer: Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await answer;
  } catch (error) {
    if (NOTHING.has((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
