import { type DynamicModule, Module } from '@nestjs/common';
import { WebhooksPort } from './contract/webhooks.port';
import { EventIntake } from './event-intake';
import { WebhookTurnsRepository } from './storage/webhook-turns.repository';
import { WebhooksRepository } from './storage/webhooks.repository';
import { IS_PRODUCTION, WebhookSender } from './webhook-sender';
import { WebhookTrial } from './webhook-trial';
import { WebhookTurn } from './webhook-turn';
import { WebhookWorker } from './webhook-worker';
import { WebhooksService } from './webhooks.service';

/** Webhooks, and who sends to them. */
@Module({})
export class WebhooksModule {
  /** @param isProduction whether webhooks are https whatever else is allowed. */
  static host({ isProduction }: { readonly isProduction: boolean }): DynamicModule {
    return {
      module: WebhooksModule,
      providers: [
        WebhooksRepository,
        WebhookTurnsRepository,
        WebhookSender,
        WebhookTrial,
        WebhookTurn,
        WebhookWorker,
        EventIntake,
        { provide: IS_PRODUCTION, useValue: isProduction },
        { provide: WebhooksPort, useClass: WebhooksService },
      ],
      exports: [WebhooksPort],
    };
  }
}
