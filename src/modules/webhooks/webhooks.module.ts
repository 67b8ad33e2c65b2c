import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { EventFeedPort } from '../events/contract/event-feed.port';
import { TenantNames } from '../../kernel/context/tenant-names';
import { WebhooksPort } from './contract/webhooks.port';
import { EventIntake } from './event-intake';
import { WebhookTurnsRepository } from './storage/webhook-turns.repository';
import { WebhooksRepository } from './storage/webhooks.repository';
import { WebhookSender } from './webhook-sender';
import { WebhookTrial } from './webhook-trial';
import { WebhookTurn } from './webhook-turn';
import { WebhookWorker } from './webhook-worker';
import { WebhooksService } from './webhooks.service';

/** Webhooks, and who sends to them. */
@Module({
  imports: [KernelModule, ports(EventFeedPort, TenantNames)],
  providers: [
    WebhooksRepository,
    WebhookTurnsRepository,
    WebhookSender,
    WebhookTrial,
    WebhookTurn,
    WebhookWorker,
    EventIntake,

    { provide: WebhooksPort, useClass: WebhooksService },
  ],
  exports: [WebhooksPort],
})
export class WebhooksModule {}
