import { Resolver } from 'node:dns/promises';

/** Reads TXT records; a test can pass its own resolver. */
export abstract class TxtResolver {
  /**
   * Returns the TXT records of a name, each joined from its strings; empty if the name has none or does not exist. Rejects if this is
   * unknown because no server responded in time.
   */
  abstract recordsOf(name: string): Promise<readonly string[]>;
}

const TIMEOUT_MS = 2_000;
/** RFC 1035 §4.1.1: the name does not exist, or has no such record. */
const NOTHING = new Set(['ENOTFOUND', 'ENODATA']);

/** Queries name servers. */
export class DnsTxtResolver extends TxtResolver {
  /** @param servers `address` or `address:port`; defaults to the machine's own. */
  constructor(private readonly servers: readonly string[] | null = null) {
    super();
  }

  override async recordsOf(name: string): Promise<readonly string[]> {
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
    if (this.servers !== null) resolver.setServers(this.servers);
    try {
      return (await resolver.resolveTxt(name)).map((strings) => strings.join(''));
    } catch (error) {
      if (NOTHING.has((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  }
}
