import { Inject, Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { LeaseWorker } from '../../kernel/tasks/lease-worker';
import { LEASE_SECONDS, SinkDispatcher } from './sink-dispatcher';
import { AuditSinksRepository } from './storage/audit-sinks.repository';

const EVERY_MS = 250;
const AT_ONCE = 8;

/** Runs the sinks that are due, in every control plane. */
@Injectable()
export class SinkWorker {
  private readonly worker: LeaseWorker;

  constructor(repository: AuditSinksRepository, turn: SinkDispatcher, @Inject(LOGGER) logger: Logger) {
    const holder = newId('snk');
    this.worker = new LeaseWorker(
      {
        name: 'audit sinks',
        everyMs: EVERY_MS,
        atOnce: AT_ONCE,
        claim: (atMost) => repository.claim(holder, LEASE_SECONDS, atMost),
        run: ({ tenantId, id }) => turn.run(tenantId, id, holder),
      },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.worker.stop();
  }
}
