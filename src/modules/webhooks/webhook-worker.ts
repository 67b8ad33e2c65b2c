import { Inject, Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { LeaseWorker } from '../../kernel/tasks/lease-worker';
import { WebhookDispatchRepository } from './storage/webhook-dispatch.repository';
import { LEASE_SECONDS, WebhookDispatcher } from './webhook-dispatcher';

const EVERY_MS = 250;
/** Maximum number of concurrent turns in this process. A turn spends most of its time waiting for a receiver, and uses few resources. */
const AT_ONCE = 128;
/** Maximum number of turns for one tenant, across all processes, so that its slow receivers do not occupy all slots. */
const PER_TENANT = 8;

/** Runs the turns of webhooks, in every backend. */
@Injectable()
export class WebhookWorker {
  private readonly worker: LeaseWorker;

  constructor(repository: WebhookDispatchRepository, turn: WebhookDispatcher, @Inject(LOGGER) logger: Logger) {
    const holder = newId('whk');
    this.worker = new LeaseWorker(
      {
        name: 'webhooks',
        everyMs: EVERY_MS,
        atOnce: AT_ONCE,
        claim: (atMost) => repository.claim(holder, LEASE_SECONDS, atMost, PER_TENANT),
        run: (taken) => turn.run(taken, holder),
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
