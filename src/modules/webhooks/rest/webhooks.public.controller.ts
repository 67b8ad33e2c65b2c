import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { WebhooksPort } from '../contract/webhooks.port';
import {
  deliveryQuery,
  type DeliveryQuery,
  newWebhook,
  type NewWebhook,
  secretRotation,
  type SecretRotation,
  webhook,
  type Webhook,
  webhookDelivery,
  type WebhookDelivery,
  webhookPatch,
  type WebhookPatch,
  webhookQuery,
  type WebhookQuery,
  webhookReplay,
  type WebhookReplay,
  webhookTest,
  type WebhookTest,
  webhookWithSecret,
  type WebhookWithSecret,
} from '../contract/webhooks.types';

const READ = { scope: 'webhooks.read', resourceType: 'webhook' };
const WRITE = { scope: 'webhooks.write', resourceType: 'webhook' };
const ID = { id: 'Id of the webhook.' };

/** The destinations for a tenant's events. */
@ApiTags('webhooks')
@Controller('v1/webhooks')
export class WebhooksPublicController {
  constructor(private readonly webhooks: WebhooksPort) {}

  @Post()
  @Versioned()
  @Guarded({ ...WRITE, action: 'webhook.create' })
  @Docs({ summary: 'Send events to a URL', status: 201, answer: webhookWithSecret, isKeyed: true })
  createWebhook(
    @Caller() context: CallContext,
    @Body({ schema: newWebhook }) input: NewWebhook,
  ): Promise<WebhookWithSecret> {
    return this.webhooks.create(context, input);
  }

  @Get()
  @Guarded({ ...READ, action: 'webhook.list' })
  @Docs({ summary: 'List webhooks', status: 200, answer: countedPageOf(webhook), query: webhookQuery })
  listWebhooks(
    @Caller() context: CallContext,
    @Query({ schema: webhookQuery }) query: WebhookQuery,
  ): Promise<CountedPage<Webhook>> {
    return this.webhooks.list(context, query);
  }

  @Get(':id')
  @Versioned('If-None-Match')
  @Guarded({ ...READ, action: 'webhook.get' })
  @Docs({ summary: 'Get a webhook and its delivery status', status: 200, answer: webhook, params: ID })
  getWebhook(@Caller() context: CallContext, @Param('id') id: string): Promise<Webhook> {
    return this.webhooks.get(context, id);
  }

  @Patch(':id')
  @Versioned('If-Match')
  @Guarded({ ...WRITE, action: 'webhook.update' })
  @Docs({ summary: 'Change, pause or resume a webhook', status: 200, answer: webhook, params: ID })
  updateWebhook(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: webhookPatch }) patch: WebhookPatch,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<Webhook> {
    return this.webhooks.update(context, id, patch, expected);
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'webhook.delete' })
  @Docs({ summary: 'Delete a webhook and its pending deliveries', status: 204, params: ID, isConditional: true })
  deleteWebhook(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<void> {
    return this.webhooks.remove(context, id, expected);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Versioned()
  @Guarded({ ...WRITE, action: 'webhook.rotate_secret' })
  @Docs({ summary: 'Rotate the signing secret', status: 200, answer: webhookWithSecret, params: ID, isKeyed: true })
  rotateWebhookSecret(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: secretRotation.prefault({}) }) rotation: SecretRotation,
  ): Promise<WebhookWithSecret> {
    return this.webhooks.rotateSecret(context, id, rotation);
  }

  @Post(':id/test')
  @HttpCode(200)
  @Guarded({ ...WRITE, action: 'webhook.test' })
  @Docs({
    summary: 'Send a test event and return the result',
    status: 200,
    answer: webhookTest,
    params: ID,
  })
  testWebhook(@Caller() context: CallContext, @Param('id') id: string): Promise<WebhookTest> {
    return this.webhooks.test(context, id);
  }

  @Get(':id/deliveries')
  @Guarded({ ...READ, action: 'webhook.delivery.list' })
  @Docs({
    summary: 'List pending, completed and failed deliveries',
    status: 200,
    answer: countedPageOf(webhookDelivery),
    params: ID,
    query: deliveryQuery,
  })
  listWebhookDeliveries(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: deliveryQuery }) query: DeliveryQuery,
  ): Promise<CountedPage<WebhookDelivery>> {
    return this.webhooks.deliveries(context, id, query);
  }

  @Post(':id/deliveries/:deliveryId/replay')
  @HttpCode(202)
  @Guarded({ ...WRITE, action: 'webhook.delivery.replay' })
  @Docs({
    summary: 'Send one event again',
    status: 202,
    answer: webhookDelivery,
    params: { ...ID, deliveryId: 'Id of the delivery, equal to the id of its event.' },
    isKeyed: true,
  })
  replayWebhookDelivery(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Param('deliveryId') deliveryId: string,
  ): Promise<WebhookDelivery> {
    return this.webhooks.replay(context, id, deliveryId);
  }

  @Post(':id/replay')
  @HttpCode(202)
  @Guarded({ ...WRITE, action: 'webhook.replay' })
  @Docs({ summary: 'Retry all dead letters', status: 202, answer: webhookReplay, params: ID, isKeyed: true })
  replayDeadWebhookDeliveries(@Caller() context: CallContext, @Param('id') id: string): Promise<WebhookReplay> {
    return this.webhooks.replayDead(context, id);
  }
}
