import { setTimeout as sleep } from 'node:timers/promises';
import { Resolver } from 'node:dns/promises';

/** How the addresses of a name are had; a test hands in its own. */
export abstract class NameResolver {
  /**
   * Every IPv4 and IPv6 address of a name; empty when it has none, or there is no such name.
   * Rejects when that cannot be told: no server answered, in time or at all.
   */
  abstract addressesOf(name: string): Promise<readonly string[]>;
}

export interface DnsResolverOptions {
  /** `address` or `address:port` of the servers; the machine's own when left out. */
  readonly servers?: readonly string[];
  /** Of one look-up altogether. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 2_000;
/** Look-ups at once: names come from callers, and a slow server must not collect them without end. */
const MAX_RUNNING = 256;
/** RFC 1035 §4.1.1: the name does not exist, or has no such record. */
const NOTHING = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Asks name servers. Not by `getaddrinfo`, which would hold one of few threads for each slow name; so names of the
 * machine's own hosts file are not found, which is as it should be for what must be public.
 */
export class DnsNameResolver extends NameResolver {
  private readonly running = new Map<string, Promise<readonly string[]>>();

  constructor(private readonly options: DnsResolverOptions = {}) {
    super();
  }

  override addressesOf(name: string): Promise<readonly string[]> {
    const known = this.running.get(name);
    if (known) return known;
    if (this.running.size >= MAX_RUNNING) return Promise.reject(new Error('Too many names are being looked up.'));
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
      // The race handles the rejection of the one that loses.
      const found = await Promise.race([asked, late]);
      if (found === null) throw new Error('The name servers did not answer in time.');
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
