import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { jsonDecoder, parseJson } from '../../kernel/http/body/json-text';
import { Writes } from '../../kernel/idempotency/writes';
import { isWebhookSigned, newWebhookSecret } from '../../kernel/network/webhook-signature';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { contextOfPrincipal } from '../auth/contract/principal.types';
import { storedPrincipal } from '../auth/contract/submitter';
import { RateLimitPort } from '../rate-limit/contract/rate-limit.port';
import type { HookCall, WorkflowHooksPort } from './contract/workflow-hooks.port';
import { WORKFLOW_LIMITS } from './contract/workflow-limits';
import type { HookRotation, Triggered, WorkflowHook } from './contract/workflows.types';
import { WorkflowsPort } from './contract/workflows.port';
import { FiringsRepository, type NotedFiring } from './storage/firings.repository';
import { type Hook, type TriggerAuthority, TriggersRepository } from './storage/triggers.repository';
import { WorkflowTriggers } from './workflow-triggers';

/** The id of a tenant that does not exist. Lookups for it return no rows, but take the usual time. */
const NOBODY = '';
const CALL_ID = new RegExp(String.raw`^[\x21-\x7e]{1,${WORKFLOW_LIMITS.maxHookIdChars}}$`);

/** A call that is verified and recorded. */
interface HookedCall extends Pick<HookCall, 'from'> {
  readonly tenantId: string;
  readonly workflowId: string;
  readonly key: string;
}

@Injectable()
export class WorkflowHooksService implements WorkflowHooksPort {
  constructor(
    private readonly hooks: TriggersRepository,
    private readonly firings: FiringsRepository,
    private readonly workflows: WorkflowsPort,
    private readonly triggers: WorkflowTriggers,
    private readonly limits: RateLimitPort,
    private readonly keys: TenantKeys,
    private readonly writes: Writes,
    private readonly clock: Clock,
    private readonly installation: Installation,
  ) {}

  async receive(call: HookCall): Promise<Triggered> {
    const { workflowId, id: key, from } = call;
    const tenantId = (await this.hooks.tenantOfHook(workflowId)) ?? NOBODY;
    const hook = await this.hooks.hook(tenantId, workflowId);
    if (!(await this.isProven(call, tenantId, hook)) || hook === null) throw unproven();
    const nowMs = this.clock.nowMs();
    await this.assertRate(contextOf(hook.authority, new Date(nowMs), tenantId, from), workflowId);
    const body = Buffer.from(call.body);
    const input = parseJson(body, jsonDecoder(undefined));
    const { version, authority } = hook;
    const digest = hash('sha256', body, 'buffer');
    const noted = await this.firings.note(tenantId, { workflowId, key, version, authority, digest });
    if (noted === null) throw new AppError('unavailable', 'Could not record this call. Send it again.');
    if (!noted.isSame) {
      throw new AppError(
        'unprocessable',
        'This webhook-id belongs to a different message. Send a new message with a new id.',
      );
    }
    if (noted.jobId !== null) return { jobId: noted.jobId };
    const handedIn = await this.fire(noted, { tenantId, workflowId, key, from }, input);
    await this.firings.transaction(tenantId, (tx) => this.firings.end(tx, tenantId, workflowId, key, handedIn));
    return handedIn;
  }

  async rotateSecret(context: CallContext, id: string, rotation: HookRotation): Promise<WorkflowHook> {
    const tenantId = requireTenant(context);
    const { trigger, name } = await this.workflows.get(context, id);
    if (trigger.type !== 'webhook') {
      throw new AppError(
        'conflict',
        'Only a workflow whose trigger is "webhook" has a secret; change its trigger first.',
      );
    }
    const key = await this.keys.current(tenantId);
    const { overlapSeconds } = rotation;
    return this.writes.once(context, { action: 'workflow.rotate_secret', input: { id, rotation } }, async (tx) => {
      const secret = newWebhookSecret();
      const sealed = { keyId: key.id, sealed: key.seal(Buffer.from(secret), ownerOf(id)) };
      if (!(await this.hooks.replaceSecret(tx, tenantId, id, sealed, overlapSeconds))) {
        throw new AppError('conflict', 'The trigger of this workflow has changed in the meantime.');
      }
      const audited = { action: 'workflow.rotate_secret', resourceType: 'workflow', resourceId: id };
      const event = auditEvent(context, { ...audited, metadata: { overlapSeconds } }, this.clock.nowMs());
      await stageEvent(tx, stagedAuditEvent(event, { id, name }));
      return { url: `${this.installation.publicUrl}/v1/workflows/hooks/${id}`, secret };
    });
  }

  /**
   * Runs the workflow that a call triggers. Errors: `unauthorized` when the hook's authority has ended. The hook is then paused, and the
   * call can be sent again.
   */
  private async fire(
    { version, submitter, principal, at }: NotedFiring,
    { tenantId, workflowId, key, from }: HookedCall,
    input: unknown,
  ): Promise<Triggered> {
    const authority = { submitter, principal };
    try {
      const context = contextOf(authority, at, tenantId, from);
      return await this.triggers.fire(context, { workflowId, key, version, authority }, input);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'forbidden') throw error;
      await this.firings.forget(tenantId, workflowId, key);
      throw unproven();
    }
  }

  /**
   * Returns true when a call is signed with a secret of the hook and the signature is current. Without a hook, it does the same work and
   * returns false.
   */
  private async isProven(call: HookCall, tenantId: string, hook: Hook | null): Promise<boolean> {
    const stored = hook?.secrets ?? [];
    const secrets = await Promise.all(
      stored.map(async ({ keyId, sealed }) =>
        (await this.keys.byId(tenantId, keyId)).open(sealed, ownerOf(call.workflowId)).toString('utf8'),
      ),
    );
    const isKnown = secrets.length > 0;
    const { id, timestamp, signature, body } = call;
    const isSigned = isWebhookSigned(isKnown ? secrets : [newWebhookSecret()], { id, timestamp, body }, signature);
    const isOfNow =
      /^\d{1,12}$/.test(timestamp) &&
      Math.abs(this.clock.nowMs() / 1_000 - Number(timestamp)) <= WORKFLOW_LIMITS.hookToleranceSeconds;
    return isSigned && isOfNow && isKnown && CALL_ID.test(id);
  }

  private async assertRate(context: CallContext, workflowId: string): Promise<void> {
    const decision = await this.limits.check(context, {
      tenantId: requireTenant(context),
      key: `workflow-hook/${workflowId}`,
      limit: WORKFLOW_LIMITS.maxHookCallsPerMinute,
      windowSeconds: 60,
      cost: 1,
      route: null,
    });
    if (decision.allowed) return;
    const seconds = Math.max(1, Math.ceil(decision.retryAfterMs / 1_000));
    const headers = { 'Retry-After': String(seconds) };
    throw new AppError('rate_limited', `This workflow is called too often; try again in ${seconds} s.`, { headers });
  }
}

function contextOf(
  { submitter, principal }: TriggerAuthority,
  storedAt: Date,
  tenantId: string,
  from: HookCall['from'],
): CallContext {
  return contextOfPrincipal(storedPrincipal(principal, submitter, storedAt), tenantId, from);
}

function ownerOf(workflowId: string): string {
  return `workflows/${workflowId}`;
}

function unproven(): AppError {
  const message = 'Sign the call (Standard Webhooks) with the secret of this hook and the current time.';
  return new AppError('unauthorized', message, { headers: { 'WWW-Authenticate': 'Webhook' } });
}
