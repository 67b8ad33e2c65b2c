import { Body, Controller, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { isStorable } from '../../../kernel/database/jsonb';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { Clock } from '../../../kernel/time/clock';
import { derivedId } from '../../../kernel/ids/ids';
import { AuditPort } from '../contract/audit.port';
import { auditEvent } from '../contract/audit.types';
import { auditReceipt, customEvent, type CustomEvent } from '../contract/custom-event.types';
import { ValueMask } from '../contract/value-mask';
import { checkedMetadata } from '../contract/emitted';

const MAX_KEY_CHARS = 255;

/** Records events from applications. */
@ApiTags('audit')
@Controller('v1/audit')
export class CustomEventsPublicController {
  constructor(
    private readonly audit: AuditPort,
    private readonly masks: ValueMask,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Guarded({ scope: 'audit.write', resourceType: 'audit_event', action: 'audit.event.create' })
  @Docs({ summary: 'Record an event of your own', status: 201, answer: auditReceipt, isKeyed: true })
  async createAuditEvent(
    @Caller() context: CallContext,
    @Body({ schema: customEvent }) input: CustomEvent,
    @Req() request: Request,
  ): Promise<z.infer<typeof auditReceipt>> {
    const { 'idempotency-key': sent } = request.headers;
    const key = typeof sent === 'string' ? sent : undefined;
    if (key !== undefined && (key === '' || key.length > MAX_KEY_CHARS)) {
      throw new AppError('invalid_request', `Idempotency-Key must have 1 to ${MAX_KEY_CHARS} characters.`);
    }
    const masked = await this.masks.mask(context, checkedMetadata(input.metadata));
    const metadata = { ...masked, emittedBy: context.appId ?? context.actor.id };
    // A separate event, in addition to the event that records this call.
    const own = { ...context, auditEventId: null };
    const scope = [context.tenantId ?? '', 'idempotency-key', context.appId ?? '', context.actor.id];
    const id = key === undefined ? {} : { id: derivedId('aud', [...scope, key]) };
    const event = auditEvent(own, { ...input, ...id, metadata }, this.clock.nowMs());
    if (!isStorable(event)) throw new AppError('invalid_request', 'A string has a NUL or an unpaired surrogate.');
    return { id: event.id, ...(await this.audit.record(own, event, { isKeyed: key !== undefined })) };
  }
}
