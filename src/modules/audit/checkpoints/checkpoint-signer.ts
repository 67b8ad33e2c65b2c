import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { maxEntries } from '../../../kernel/memory/max-entries';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { Clock } from '../../../kernel/time/clock';
import { Scheduled } from '../../../kernel/tasks/scheduled';
import { type Checkpoint, originOf } from '../domain/checkpoint';
import { consistencyPath } from '../domain/merkle-nodes';
import { GrowingTree } from '../domain/merkle-tree';
import { verifyConsistency } from '../domain/verify-proof';
import { CheckpointsRepository, type UnsignedLog } from '../storage/checkpoints.repository';
import { RecordsRepository } from '../storage/records.repository';
import { CheckpointKey } from './checkpoint-key';

const EVERY_MS = 500;
const LOGS_AT_ONCE = 1_000;
const MAX_REMEMBERED = 50_000;

/**
 * Signs the state of each log that has grown, twice a second. It signs a state only if that state continues the last signed state. It keeps
 * that state in memory, or finds it in the database with its signature. Otherwise, an attacker who rewrites the database would only have to
 * wait until the installation signs the result.
 */
@Injectable()
export class CheckpointSigner {
  private readonly last = new LRUCache<string, Checkpoint>(maxEntries(MAX_REMEMBERED));
  /** Logs that do not continue the signed state; each is reported once. */
  private readonly broken = new Set<string>();

  constructor(
    private readonly key: CheckpointKey,
    private readonly checkpoints: CheckpointsRepository,
    private readonly records: RecordsRepository,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Signs every log that has grown. The next run retries failed logs. */
  @Scheduled({ name: 'audit.sign', everyMs: EVERY_MS, failure: 'Checkpoints of the audit log could not be signed' })
  async signAll(signal?: AbortSignal): Promise<void> {
    for (const log of await this.checkpoints.unsigned(LOGS_AT_ONCE)) {
      if (signal?.aborted) return;
      await this.signOne(log);
    }
  }

  /** Signs one log. A failure does not affect other logs. */
  private async signOne(log: UnsignedLog): Promise<void> {
    try {
      await this.sign(log);
    } catch (error) {
      this.logger.warn({ err: error, tenantId: log.tenantId }, 'An audit log could not be signed');
    }
  }

  private async sign({ tenantId, size, frontier }: UnsignedLog): Promise<void> {
    const root = GrowingTree.continue(size, frontier).root();
    const before = this.last.get(tenantId) ?? (await this.lastSigned(tenantId));
    const checkpoint = { origin: originOf(tenantId), size, root, timeMs: this.clock.nowMs() };
    if (before && !(await this.continues(tenantId, before, checkpoint))) {
      this.warnOnce(tenantId, before.size, size);
      return;
    }
    this.broken.delete(tenantId);
    const note = this.key.sign(checkpoint);
    await this.checkpoints.insert(tenantId, { size, note, signedAt: new Date(checkpoint.timeMs) });
    this.last.set(tenantId, checkpoint);
  }

  private async continues(tenantId: string, before: Checkpoint, now: Checkpoint): Promise<boolean> {
    if (now.size < before.size) return false;
    const path = now.size === before.size ? [] : consistencyPath(before.size, now.size);
    const proof = await this.records.hashes(tenantId, path);
    return verifyConsistency({ from: before.size, to: now.size, fromRoot: before.root, toRoot: now.root, proof });
  }

  private warnOnce(tenantId: string, signedSize: number, size: number): void {
    if (this.broken.has(tenantId)) return;
    this.broken.add(tenantId);
    const facts = { tenantId, signedSize, size };
    this.logger.error(facts, 'An audit log does not continue its signed state: it was changed, and is not signed');
  }

  /** Returns the newest checkpoint that this key has signed; `null` for a log that another installation signed. */
  private async lastSigned(tenantId: string): Promise<Checkpoint | null> {
    const [newest] = await this.checkpoints.newest(tenantId, null, 1);
    return newest ? this.key.open(newest.note) : null;
  }
}
