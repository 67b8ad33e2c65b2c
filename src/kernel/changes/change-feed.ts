import type { Gauge } from 'prom-client';
import { isReadTimeout } from '../adapters/postgres-connection';
import { translateDatabaseError } from '../database/database-errors';
import { outageOf } from '../errors/app-error';
import { ScheduledTask } from '../tasks/scheduled-task';
import type { Logger } from '../telemetry/logger';
import { type Clock, SystemClock } from '../time/clock';
import type { Change } from './change';
import { ChangeReader } from './change-reader';
import { NotificationHeartbeat } from './notification-heartbeat';

/** In-memory state that the change feed keeps current. */
export interface ChangeSubscriber {
  readonly topics: readonly string[];
  /**
   * Reloads everything at startup, and when changes may have been missed. Until the reload ends, decisions use the old state, so a
   * subscriber must not discard a refusal before then.
   */
  load(): Promise<void>;
  /** Applies one change. Must be idempotent: a change from just before `load` may be repeated after it. */
  apply(change: Change): void | Promise<void>;
}

export interface ChangeFeedOptions {
  readonly url: string;
  readonly maxAgeMs: number;
  readonly logger: Logger;
  /** Clock of this process; defaults to the machine's clock. */
  readonly clock?: Clock;
  /** Maximum offset from the store's clock; unlimited when omitted. */
  readonly maxClockOffsetMs?: number;
  /** Exposed at `/metrics`; omitted by commands. */
  readonly metrics?: { readonly age: Gauge; readonly clockOffset: Gauge; readonly silence: Gauge };
}

const HEARTBEAT_MS = 1_000;
/** The log keeps entries for 24 hours. A disconnected feed reloads everything well before that. */
const RELOAD_AFTER_MS = 3_600_000;

/**
 * Keeps this process's in-memory state current: revocations, keys, apps, and the state of later modules. A notification (NOTIFY) or the
 * heartbeat every second triggers a read. Each successful read proves that every earlier commit is known. When the proof is older than
 * `CHANGE_FEED_MAX_AGE_MS`, `isFresh()` is false and guards must refuse requests.
 */
export class ChangeFeed {
  private readonly reader: ChangeReader;
  private readonly heartbeat: NotificationHeartbeat;
  private readonly holders: ChangeSubscriber[] = [];
  private beats: ScheduledTask | null = null;
  /** The current turn. The next field is the turn that was requested in the meantime but has not begun. */
  private current: Promise<void> = Promise.resolve();
  private queued: Promise<void> | null = null;
  private stopped = false;
  private loaded = false;
  /** True if the store refused the last read, as opposed to not responding. */
  private storeAway = false;
  /** Monotonic time at which the last successful read began: all changes committed before then are in memory. */
  private knownAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ChangeFeedOptions) {
    this.heartbeat = new NotificationHeartbeat(options.metrics?.silence);
    this.reader = new ChangeReader(
      options.url,
      options.clock ?? new SystemClock(),
      () => this.wake(),
      () => this.heartbeat.received(),
    );
  }

  /** Adds a subscriber. Call before {@link start}. */
  register(holder: ChangeSubscriber): void {
    this.holders.push(holder);
  }

  /**
   * Loads every subscriber and begins to follow the log. If the store is unavailable, this is only delayed.
   * @param sendHeartbeat sends a notification on another connection, to prove that notifications arrive. Omit it to skip the proof.
   */
  start(sendHeartbeat?: () => Promise<unknown>): void {
    const turn = (): void => {
      this.options.metrics?.age.set(this.ageMs() / 1000);
      this.options.metrics?.clockOffset.set(this.reader.clockOffsetMs / 1000);
      this.wake();
      if (sendHeartbeat) void this.heartbeat.beat(sendHeartbeat);
    };
    this.beats = new ScheduledTask({ everyMs: HEARTBEAT_MS, turn, failed: () => undefined });
    this.beats.start();
    this.wake();
  }

  /**
   * Reads all changes that were committed before this call. Resolves when the changes are applied; rejects when the store is unavailable.
   * Calls made before the turn begins share it.
   */
  catchUp(): Promise<void> {
    if (this.stopped) return Promise.reject(new Error('The change feed has stopped.'));
    this.queued ??= this.current
      .catch(() => undefined)
      .then(() => {
        this.queued = null;
        this.current = this.turn();
        return this.current;
      });
    return this.queued;
  }

  /** Returns the number of milliseconds since the time up to which all changes are known; infinite before the first load. */
  ageMs(): number {
    return performance.now() - this.knownAt;
  }

  /** Returns whether the state of the subscribers can still be trusted. */
  isFresh(): boolean {
    return this.ageMs() <= this.options.maxAgeMs;
  }

  /** Returns the clock fault of this process; `null` when its clock was close enough to the store's at the last read. */
  clockFault(): string | null {
    const { clockOffsetMs } = this.reader;
    const { maxClockOffsetMs = Number.POSITIVE_INFINITY } = this.options;
    if (Math.abs(clockOffsetMs) <= maxClockOffsetMs) return null;
    const seconds = (Math.abs(clockOffsetMs) / 1000).toFixed(1);
    return `clock: ${seconds} s ${clockOffsetMs > 0 ? 'ahead of' : 'behind'} the database; synchronize it, for example with NTP`;
  }

  /** Returns a message if notifications are not arriving and changes are therefore read up to a second late; otherwise `null`. */
  notificationFault(): string | null {
    return this.heartbeat.fault();
  }

  /** Returns whether the feed cannot read because the store itself is unavailable. */
  isStoreAway(): boolean {
    return this.storeAway;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.beats?.stop();
    await this.current.catch(() => undefined);
    await this.reader.close();
  }

  private wake(): void {
    if (this.stopped) return;
    this.catchUp().catch((error: unknown) => {
      if (this.stopped) return;
      // A store that does not respond on this connection may respond on others.
      this.storeAway = !isReadTimeout(error) && outageOf(translateDatabaseError(error)) === 'store_unavailable';
      this.options.logger.warn(
        { err: error, ageMs: Math.round(this.ageMs()) },
        'The change feed could not read changes',
      );
    });
  }

  private async turn(): Promise<void> {
    const began = performance.now();
    // A broken connection may have missed changes: the server may have lost what it had sent.
    if (await this.reader.connect()) this.loaded = false;
    if (began - this.knownAt > RELOAD_AFTER_MS) this.reader.forgetPlace();
    const changes = await this.read();
    if (changes === null) this.loaded = false;
    if (!this.loaded) {
      for (const holder of this.holders) await holder.load();
      this.loaded = true;
    }
    try {
      for (const change of changes ?? []) await this.deliver(change);
    } catch (error) {
      // A change that was read but not applied must not be lost: read everything again next time.
      this.loaded = false;
      throw error;
    }
    this.knownAt = began;
    this.storeAway = false;
  }

  private async read(): Promise<readonly Change[] | null> {
    try {
      return await this.reader.read();
    } catch (error) {
      await this.reader.close();
      throw error;
    }
  }

  private async deliver(change: Change): Promise<void> {
    for (const holder of this.holders) {
      if (holder.topics.includes(change.topic)) await holder.apply(change);
    }
  }
}
