import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { newId } from '../../kernel/ids/ids';
import type { CountedPage } from '../../kernel/lists/list-query';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { WebhooksPort } from './contract/webhooks.port';
import {
  type DeliveryQuery,
  type NewWebhook,
  type SecretRotation,
  type Webhook,
  WEBHOOK_LIMITS,
  type WebhookDelivery,
  type WebhookPatch,
  type WebhookQuery,
  type WebhookReplay,
  type WebhookTest,
  type WebhookWithSecret,
} from './contract/webhooks.types';
import { WebhooksRepository, type WebhookWrite } from './storage/webhooks.repository';
import { WebhookSender } from './webhook-sender';
import { WebhookTestDelivery } from './webhook-test-delivery';

@Injectable()
export class WebhooksService implements WebhooksPort {
  constructor(
    private readonly repository: WebhooksRepository,
    private readonly sender: WebhookSender,
    private readonly trial: WebhookTestDelivery,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async create(context: CallContext, input: NewWebhook): Promise<WebhookWithSecret> {
    this.checkUrl(input.url);
    const write = writeOf(context, newId('whk', this.clock.nowMs()));
    const { secret, ...sealed } = await this.sender.newSecret(write.tenantId, write.id);
    return this.writes.once(context, { action: 'webhook.create', input }, async (tx) => {
      const created = await this.repository.insert(tx, write, input, sealed, WEBHOOK_LIMITS.maxWebhooks);
      if (created === null) {
        throw new AppError(
          'conflict',
          `A tenant can have at most ${WEBHOOK_LIMITS.maxWebhooks} webhooks. Delete one first.`,
        );
      }
      await this.stage(tx, context, 'webhook.create', created);
      return { ...created, secret };
    });
  }

  list(context: CallContext, query: WebhookQuery): Promise<CountedPage<Webhook>> {
    return this.repository.list(requireTenant(context), query);
  }

  async get(context: CallContext, id: string): Promise<Webhook> {
    const webhook = await this.repository.find(requireTenant(context), id);
    if (!webhook) throw notFound();
    return webhook;
  }

  async update(context: CallContext, id: string, patch: WebhookPatch, expected: ExpectedVersions): Promise<Webhook> {
    if (patch.url !== undefined) this.checkUrl(patch.url);
    return this.writes.once(context, { action: 'webhook.update', input: { id, patch } }, async (tx) => {
      const updated = await this.repository.update(tx, writeOf(context, id), patch, expected);
      if (updated === null) throw await this.whyNot(tx, context, id);
      await this.stage(tx, context, 'webhook.update', updated, { changed: Object.keys(patch).sort() });
      return updated;
    });
  }

  remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void> {
    return this.writes.once(context, { action: 'webhook.delete', input: { id } }, async (tx) => {
      const isRemoved = await this.repository.remove(tx, writeOf(context, id), expected);
      if (!isRemoved) throw await this.whyNot(tx, context, id);
      await this.stage(tx, context, 'webhook.delete', { id });
    });
  }

  async rotateSecret(context: CallContext, id: string, rotation: SecretRotation): Promise<WebhookWithSecret> {
    const write = writeOf(context, id);
    // Check this first, so that no data key is created for a webhook that does not exist.
    await this.get(context, id);
    const { secret, ...sealed } = await this.sender.newSecret(write.tenantId, id);
    const { overlapSeconds } = rotation;
    return this.writes.once(context, { action: 'webhook.rotate_secret', input: { id, rotation } }, async (tx) => {
      const rotated = await this.repository.replaceSecret(tx, write, sealed, overlapSeconds);
      if (rotated === null) throw notFound();
      await this.stage(tx, context, 'webhook.rotate_secret', rotated, { overlapSeconds });
      return { ...rotated, secret };
    });
  }

  async deliveries(context: CallContext, id: string, query: DeliveryQuery): Promise<CountedPage<WebhookDelivery>> {
    await this.get(context, id);
    return this.repository.deliveries(requireTenant(context), id, query);
  }

  replay(context: CallContext, id: string, deliveryId: string): Promise<WebhookDelivery> {
    const request = { action: 'webhook.delivery.replay', input: { id, deliveryId } };
    return this.writes.once(context, request, async (tx) => {
      const delivery = await this.repository.replay(tx, requireTenant(context), id, deliveryId);
      if (delivery === null) throw new AppError('not_found', 'The delivery does not exist.');
      await this.stage(tx, context, 'webhook.delivery.replay', { id }, { eventId: deliveryId });
      return delivery;
    });
  }

  replayDead(context: CallContext, id: string): Promise<WebhookReplay> {
    const tenantId = requireTenant(context);
    return this.writes.once(context, { action: 'webhook.replay', input: { id } }, async (tx) => {
      if (!(await this.repository.exists(tx, tenantId, id))) throw notFound();
      const replayed = await this.repository.replayDead(tx, tenantId, id, WEBHOOK_LIMITS.maxReplayed);
      await this.stage(tx, context, 'webhook.replay', { id }, { replayed });
      return { replayed };
    });
  }

  async test(context: CallContext, id: string): Promise<WebhookTest> {
    const result = await this.trial.run(requireTenant(context), id);
    if (result === null) throw notFound();
    return result;
  }

  private checkUrl(url: string): void {
    const fault = this.sender.urlFault(url);
    if (fault !== null) {
      throw new AppError('invalid_request', fault.message, { fields: [{ pointer: '/url', ...fault }] });
    }
  }

  /** Returns the error for a write that matched no webhook: the webhook does not exist, or has none of the expected versions. */
  private async whyNot(tx: Tx, context: CallContext, id: string): Promise<AppError> {
    return (await this.repository.exists(tx, requireTenant(context), id)) ? changedMeanwhile() : notFound();
  }

  /** Stages an event without the URL, which might contain a secret of the receiver. Readers of events might not have access to webhooks. */
  private stage(
    tx: Tx,
    context: CallContext,
    action: string,
    { id }: Pick<Webhook, 'id'>,
    metadata: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const audited = { action, resourceType: 'webhook', resourceId: id, metadata };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}

function writeOf(context: CallContext, id: string): WebhookWrite {
  return { tenantId: requireTenant(context), id, actorId: context.actor.id };
}

function notFound(): AppError {
  return new AppError('not_found', 'The webhook does not exist.');
}
