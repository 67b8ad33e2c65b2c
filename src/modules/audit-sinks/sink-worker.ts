import { Inject, Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { LEASE_SECONDS, SinkTurn } from './sink-turn';
import { AuditSinksRepository } from './storage/audit-sinks.repository';

const EVERY_MS = 250;
const AT_ONCE = 8;

/** Gives sinks their turns, in every control plane: each sink is one process's at a time, and another's if that ends. */
@Injectable()
export class SinkWorker {
  private readonly holder = newId('snk');
  private readonly running = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: AuditSinksRepository,
    private readonly turn: SinkTurn,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look());
    }, EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.looking;
    await Promise.all(this.running);
  }

  private async look(): Promise<void> {
    const free = AT_ONCE - this.running.size;
    if (free === 0) return;
    try {
      for (const { tenant_id: tenantId, id } of await this.repository.claim(this.holder, LEASE_SECONDS, free)) {
        const turn = this.turn.run(tenantId, id, this.holder).catch((error: unknown) => {
          this.logger.warn({ err: error, tenantId, sinkId: id }, 'A turn of an audit sink could not be noted');
        });
        this.running.add(turn);
        void turn.finally(() => this.running.delete(turn));
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'The audit sinks could not be looked at; it is tried again soon');
    }
  }
}
