import { OwnConnection } from '../database/own-connection';
import type { Clock } from '../time/clock';
import type { Change } from './change';
import { HEARTBEAT_CHANNEL } from './notification-heartbeat';

/** The position of a reader: the horizon of its last read, and the history of the server that returned it. */
interface Place {
  readonly horizon: bigint;
  readonly history: string;
}

interface Answer {
  readonly history: string;
  /** Server time in Unix milliseconds. */
  readonly nowMs: number;
  readonly batch: Batch;
}

interface Batch {
  readonly horizon: string;
  readonly changes: readonly (Change & { readonly id: number; readonly xid: string })[];
}

/** An id higher than any transaction's id. */
const NEVER = 9_223_372_036_854_775_807n;

/**
 * Reads the change log without gaps, on a separate connection.
 *
 * Sequence values are committed out of order, so "newer than the last id" loses rows. Each read uses one snapshot. It returns the next
 * horizon (`pg_snapshot_xmin`: the oldest transaction that may still commit), and the rows of all transactions at or after the last
 * horizon, except rows that were already returned. A row therefore arrives as soon as it is visible, even while an older transaction is
 * still open, and a row that commits late is never skipped. PostgreSQL manual §9.28.
 *
 * A horizon is valid only in the history in which it was read. A promoted standby, or a server after a crash, reuses the ids of lost
 * transactions. The rows of the reused ids are below an earlier horizon.
 */
export class ChangeReader {
  private connection: OwnConnection | null = null;
  private place: Place | null = null;
  /** The minimum time by which this process's clock is ahead of the server's clock (negative: behind), as of the last read. */
  clockOffsetMs = 0;
  /** Ids of rows that were already returned but whose transactions are not yet behind the horizon, mapped to those transactions. */
  private readonly given = new Map<number, bigint>();

  /**
   * @param url URL for the application's role.
   * @param clock the clock of this process.
   * @param onBell called when changes may have been published.
   * @param onHeartbeat called when a heartbeat from any process arrives.
   */
  constructor(
    private readonly url: string,
    private readonly clock: Clock,
    private readonly onBell: () => void,
    private readonly onHeartbeat: () => void,
  ) {}

  /** Connects if there is no connection, and starts to listen. @returns whether the connection is new. */
  async connect(): Promise<boolean> {
    if (this.connection) return false;
    const connection = await OwnConnection.open(this.url, {
      applicationName: 'coresdk-changes',
      connectsWithinMs: 2_000,
      answersWithinMs: 2_000,
    });
    connection.onEnd(() => {
      if (this.connection === connection) this.connection = null;
    });
    this.connection = connection;
    try {
      await connection.listen(['changes', HEARTBEAT_CHANNEL], (channel) => {
        if (channel === HEARTBEAT_CHANNEL) this.onHeartbeat();
        else this.onBell();
      });
    } catch (error) {
      await this.close();
      throw error;
    }
    return true;
  }

  /** Discards the position: the next read starts at the present. */
  forgetPlace(): void {
    this.place = null;
  }

  /**
   * Returns the changes that became visible since the last read, oldest first. Returns `null` when it cannot determine them: on the first
   * read, and when the server's history has changed. Later reads return the changes from then on; the subscribers load earlier changes
   * themselves.
   */
  async read(): Promise<readonly Change[] | null> {
    const { place } = this;
    const { history, batch } = await this.fetch(place?.horizon ?? NEVER, [...this.given.keys()]);
    const horizon = BigInt(batch.horizon);
    this.place = { horizon, history };
    if (place?.history !== history || horizon < place.horizon) {
      this.given.clear();
      return null;
    }
    for (const change of batch.changes) this.given.set(change.id, BigInt(change.xid));
    for (const [id, xid] of this.given) if (xid < horizon) this.given.delete(id);
    return batch.changes;
  }

  async close(): Promise<void> {
    const { connection } = this;
    this.connection = null;
    await connection?.close();
  }

  private async fetch(since: bigint, except: readonly number[]): Promise<Answer> {
    if (!this.connection) throw new Error('The change feed has no connection.');
    const askedAt = this.clock.nowMs();
    const answer = await this.connection.one<Answer>(
      `SELECT kernel.server_history() AS history, kernel.changes_since($1::xid8, $2::bigint[]) AS batch,
         (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs"`,
      [since.toString(), except],
    );
    this.clockOffsetMs = offsetMs(askedAt, answer.nowMs, this.clock.nowMs());
    return answer;
  }
}

/**
 * Returns the smallest certain difference between the clocks. The server read its clock between the two times of this process.
 */
function offsetMs(askedAt: number, serverMs: number, answeredAt: number): number {
  if (serverMs < askedAt) return askedAt - serverMs;
  return Math.min(0, answeredAt - serverMs);
}
