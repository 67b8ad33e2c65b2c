import { Injectable } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { postWebhook, rejectionReason } from '../../kernel/network/webhook-post';
import { newWebhookSecret } from '../../kernel/network/webhook-signature';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { Clock } from '../../kernel/time/clock';
import type { CloudEvent } from '../events/contract/events.types';
import type { Outcome } from './domain/attempt';
import { urlFault } from '../../kernel/network/receiver-url';
import type { WebhookTarget } from './storage/webhook-dispatch.repository';
import type { SealedSecret } from './storage/webhooks.repository';

/** CloudEvents HTTP binding §3.2.1. */
const STRUCTURED = 'application/cloudevents+json; charset=utf-8';

/** The current URL of a webhook, with the secrets that sign its deliveries. */
export interface OpenTarget {
  readonly url: string;
  readonly secrets: readonly string[];
}

/** Sends events to webhooks, and stores their signing secrets. */
@Injectable()
export class WebhookSender {
  constructor(
    private readonly keys: TenantKeys,
    private readonly clock: Clock,
    private readonly installation: Installation,
  ) {}

  /** Returns the fault in a URL, without resolving its host. Each delivery checks the addresses. */
  urlFault(url: string): ReturnType<typeof urlFault> {
    return urlFault(url, this.installation.receiverRules);
  }

  /** Returns a new signing secret and its stored form. */
  async newSecret(tenantId: string, webhookId: string): Promise<{ readonly secret: string } & SealedSecret> {
    const key = await this.keys.current(tenantId);
    const secret = newWebhookSecret();
    return { secret, keyId: key.id, sealed: key.seal(Buffer.from(secret), secretOwner(webhookId)) };
  }

  /** Returns a target with its secrets decrypted. Errors: `unavailable`. */
  async open(tenantId: string, { id, url, secret, previous }: WebhookTarget): Promise<OpenTarget> {
    const sealed = previous === null ? [secret] : [secret, previous];
    const secrets = await Promise.all(sealed.map((one) => this.openSecret(tenantId, id, one)));
    return { url, secrets };
  }

  /** Sends one event. Faults are reported in the outcome. */
  async send({ url, secrets }: OpenTarget, event: CloudEvent): Promise<Outcome> {
    const fault = this.urlFault(url);
    // The rules might have changed since the webhook was created.
    if (fault !== null) return { fault: fault.message };
    const receiver = {
      url,
      secrets,
      contentType: STRUCTURED,
      mayBePrivate: this.installation.receiverRules.mayBePrivate,
    };
    const seconds = Math.floor(this.clock.nowMs() / 1000);
    try {
      return { answer: await postWebhook(receiver, { id: event.id, seconds, body: JSON.stringify(event) }) };
    } catch (error) {
      return { fault: rejectionReason(error) };
    }
  }

  private async openSecret(tenantId: string, webhookId: string, { keyId, sealed }: SealedSecret): Promise<string> {
    return (await this.keys.byId(tenantId, keyId)).open(sealed, secretOwner(webhookId)).toString('utf8');
  }
}

function secretOwner(webhookId: string): string {
  return `webhooks/${webhookId}`;
}
