import { Inject, Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { LEASE_SECONDS, SinkTurn } from './sink-turn';
import { AuditSinksRepository } from './storage/audit-sinks.repository';

const EVERY_MS = 250;
const AT_ONCE = 8;

/** Gives sinks their turns, in every control plane: each sink is one process's at a time, and another's if that ends. */
@Injectable()
export class SinkWorker {
  private readonly holder = newId('snk');
  private readonly running = new Set<Promise<void>>();
  private readonly looks = new Repeated({
    everyMs: EVERY_MS,
    turn: () => this.look(),
    failed: (err) => this.logger.warn({ err }, 'The audit sinks could not be looked at; it is tried again soon'),
  });

  constructor(
    private readonly repository: AuditSinksRepository,
    private readonly turn: SinkTurn,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.looks.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.looks.stop();
    await Promise.all(this.running);
  }

  private async look(): Promise<void> {
    const free = AT_ONCE - this.running.size;
    if (free === 0) return;
    for (const { tenant_id: tenantId, id } of await this.repository.claim(this.holder, LEASE_SECONDS, free)) {
      const turn = this.turn.run(tenantId, id, this.holder).catch((error: unknown) => {
        this.logger.warn({ err: error, tenantId, sinkId: id }, 'A turn of an audit sink could not be noted');
      });
      this.running.add(turn);
      void turn.finally(() => this.running.delete(turn));
    }
  }
}
