import { Inject, Injectable } from '@nestjs/common';
import { GroupCommit } from '../../kernel/batching/group-commit';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import type { AuditPort } from './contract/audit.port';
import type { AuditEvent } from './contract/audit.types';
import { AuditRepository } from './storage/audit.repository';

const PROBE_AFTER_MS = 1_000;
const SWEEP_EVERY_MS = 500;
const SWEEP_BATCH = 1_000;

/** The audit log over the shared store. Every process that hosts it also sweeps the outbox, so staged events arrive. */
@Injectable()
export class AuditService implements AuditPort {
  private readonly writes = new GroupCommit<AuditEvent>({
    maxBatch: 500,
    maxPending: 20_000,
    write: async (events) => {
      try {
        await this.repository.append(events);
        this.writableAt = performance.now();
      } catch (error) {
        this.writableAt = Number.NEGATIVE_INFINITY;
        throw error;
      }
    },
  });
  /** Monotonic time at which a write last succeeded. */
  private writableAt = Number.NEGATIVE_INFINITY;
  private probe: Promise<void> | null = null;
  private sweeper: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: AuditRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  record(_context: CallContext, event: AuditEvent): Promise<void> {
    return this.writes.add(event);
  }

  deliver(_context: CallContext, tenantId: string, id: string): Promise<boolean> {
    return this.repository.deliver(tenantId, id);
  }

  async assertWritable(): Promise<void> {
    if (performance.now() - this.writableAt < PROBE_AFTER_MS) return;
    // An empty append goes the whole way a real one goes. Callers of the same moment share it.
    this.probe ??= this.repository
      .append([])
      .then(() => {
        this.writableAt = performance.now();
      })
      .finally(() => {
        this.probe = null;
      });
    try {
      await this.probe;
    } catch (cause) {
      throw new AppError('unavailable', 'The audit log cannot be written now, so nothing is done.', { cause });
    }
  }

  onApplicationBootstrap(): void {
    this.sweeper = setInterval(() => {
      this.sweeping = this.sweeping.then(() => this.sweep());
    }, SWEEP_EVERY_MS);
    this.sweeper.unref();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.sweeper) clearInterval(this.sweeper);
    await this.sweeping;
    await this.writes.drain();
  }

  /** Takes in what a crash or an unreachable sidecar left in the outbox. */
  private async sweep(): Promise<void> {
    try {
      while ((await this.repository.deliverOldest(SWEEP_BATCH)) === SWEEP_BATCH);
    } catch (error) {
      this.logger.warn({ err: error }, 'Staged audit events could not be moved into the log; they stay in the outbox');
    }
  }
}
