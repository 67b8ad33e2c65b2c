import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { EventFeedPort } from '../events/contract/event-feed.port';
import { TenantNames } from '../../kernel/context/tenant-names';
import { WebhooksPort } from './contract/webhooks.port';
import { EventFanOut } from './event-fan-out';
import { WebhookDispatchRepository } from './storage/webhook-dispatch.repository';
import { WebhooksRepository } from './storage/webhooks.repository';
import { WebhookSender } from './webhook-sender';
import { WebhookTestDelivery } from './webhook-test-delivery';
import { WebhookDispatcher } from './webhook-dispatcher';
import { WebhookWorker } from './webhook-worker';
import { WebhooksService } from './webhooks.service';

/** Webhooks and the workers that send to them. */
@Module({
  imports: [KernelModule, ports(EventFeedPort, TenantNames)],
  providers: [
    WebhooksRepository,
    WebhookDispatchRepository,
    WebhookSender,
    WebhookTestDelivery,
    WebhookDispatcher,
    WebhookWorker,
    EventFanOut,

    { provide: WebhooksPort, useClass: WebhooksService },
  ],
  exports: [WebhooksPort],
})
export class WebhooksModule {}
