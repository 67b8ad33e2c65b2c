import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { sha256 } from '../../kernel/ids/opaque-token';
import { DocumentWorkers } from '../../kernel/threads/document-workers';
import { isTooCostly } from '../../kernel/threads/task-stopped';
import { workerFile } from '../../kernel/threads/worker-file';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { auditEvent } from '../audit/contract/audit.types';
import type { SamlPort, SamlRefusal, SamlVerdict, ShownAssertion } from './contract/saml.port';
import type { JudgedAssertion } from './domain/judge-assertion';
import { MAX_BASE64_CHARS } from './domain/read-xml';
import type { AssertionTask } from './judge-assertion.handler';
import { SamlProviderCache } from './saml-provider-cache';
import { ShownAssertionsRepository } from './storage/shown-assertions.repository';

/** CPU time limit for one assertion: many times what the largest assertion needs. */
const CPU_MS = 2_000;

@Injectable()
export class SamlService implements SamlPort {
  constructor(
    private readonly providers: SamlProviderCache,
    private readonly shown: ShownAssertionsRepository,
    private readonly workers: DocumentWorkers,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
  ) {}

  async validate(context: CallContext, asked: ShownAssertion): Promise<SamlVerdict> {
    const verdict = await this.judge(context, asked);
    await this.record(context, asked, verdict);
    return verdict;
  }

  private async judge(context: CallContext, { assertion, entityId }: ShownAssertion): Promise<SamlVerdict> {
    const tenantId = requireTenant(context);
    const provider = await this.providers.find(tenantId, entityId);
    if (!provider) return refuse('unknown_provider');
    if (assertion.length > MAX_BASE64_CHARS) return refuse('too_large');
    const judged = await this.inThread(context, { assertion, provider, nowMs: this.clock.nowMs() });
    if (typeof judged === 'string') return refuse(judged);
    // This is the last check, so that a rejected assertion is not used up.
    const hash = sha256(JSON.stringify([entityId, judged.assertionId]));
    const isFirst = await this.shown.show(tenantId, hash, new Date(judged.untilMs), context.callerSignal);
    return isFirst ? { valid: true, user: judged.user } : refuse('replayed');
  }

  private async inThread(context: CallContext, payload: AssertionTask): Promise<JudgedAssertion | SamlRefusal> {
    try {
      return await this.workers.run<JudgedAssertion | SamlRefusal>({
        kind: 'saml.judge',
        tenantId: requireTenant(context),
        resource: payload.provider.id,
        handler: workerFile(__dirname, 'judge-assertion.handler.js'),
        payload,
        sizeBytes: payload.assertion.length,
        cpuMs: CPU_MS,
        ...(context.callerSignal === undefined ? {} : { signal: context.callerSignal.signal }),
      });
    } catch (error) {
      if (isTooCostly(error)) return 'too_large';
      throw error;
    }
  }

  private async record(context: CallContext, { entityId }: ShownAssertion, verdict: SamlVerdict): Promise<void> {
    const outcome = verdict.valid ? {} : ({ outcome: 'denied', reason: verdict.refusal } as const);
    const audited = {
      action: 'saml.assertion.validate',
      resourceType: 'saml_provider',
      resourceId: entityId.slice(0, 256),
    };
    await this.audit.record(context, auditEvent(context, { ...audited, ...outcome }, this.clock.nowMs()));
  }
}

function refuse(refusal: SamlRefusal): SamlVerdict {
  return { valid: false, refusal };
}
