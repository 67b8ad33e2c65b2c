import { Client } from 'pg';
import type { Change } from './change';

interface Batch {
  readonly horizon: string;
  readonly changes: readonly (Change & { readonly id: number; readonly xid: string })[];
}

/**
 * Reads the change log without a gap, on a connection of its own.
 *
 * Sequences commit out of order, so "newer than the last id" loses rows. Each read returns, from one snapshot, the rows
 * of all transactions at or after the last horizon (`pg_snapshot_xmin`: the oldest transaction that may still commit),
 * less those already given, and the next horizon. So a row arrives as soon as it is visible, even while an older
 * transaction is still open, and a row that commits late is never passed over. PostgreSQL manual §9.28.
 */
export class ChangeReader {
  private client: Client | null = null;
  private horizon = '0';
  /** Ids already given whose transactions are not yet behind the horizon, with those transactions. */
  private readonly given = new Map<number, bigint>();

  /**
   * @param url URL of the application's role.
   * @param onBell called when something may have been published (and once after each connect).
   */
  constructor(
    private readonly url: string,
    private readonly onBell: () => void,
  ) {}

  /** Connects when there is no connection, and starts to listen. */
  async connect(): Promise<void> {
    if (this.client) return;
    const client = new Client({
      connectionString: this.url,
      application_name: 'coresdk-changes',
      connectionTimeoutMillis: 2_000,
      query_timeout: 2_000,
      keepAlive: true,
    });
    const forget = (): void => {
      if (this.client === client) this.client = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    client.on('notification', () => {
      this.onBell();
    });
    await client.connect();
    await client.query('LISTEN changes');
    this.client = client;
  }

  /** Moves to the present: changes from here on are given, earlier ones are covered by the holders' own loading. */
  async startFromNow(): Promise<void> {
    const batch = await this.fetch('9223372036854775807', []);
    this.horizon = batch.horizon;
    this.given.clear();
  }

  /** The changes that became visible since the last read, oldest first. */
  async read(): Promise<readonly Change[]> {
    const batch = await this.fetch(this.horizon, [...this.given.keys()]);
    const horizon = BigInt(batch.horizon);
    for (const change of batch.changes) this.given.set(change.id, BigInt(change.xid));
    for (const [id, xid] of this.given) if (xid < horizon) this.given.delete(id);
    this.horizon = batch.horizon;
    return batch.changes;
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async fetch(since: string, except: readonly number[]): Promise<Batch> {
    if (!this.client) throw new Error('The change feed has no connection.');
    const result = await this.client.query<{ batch: Batch }>(
      'SELECT kernel.changes_since($1::xid8, $2::bigint[]) AS batch',
      [since, except],
    );
    const row = result.rows[0];
    if (!row) throw new Error('kernel.changes_since gave no row.');
    return row.batch;
  }
}
