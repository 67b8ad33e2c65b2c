import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { type AppError, outage, outageOf, toAppError } from '../../kernel/errors/app-error';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { auditEvent, type AuditOutcome } from '../audit/contract/audit.types';
import type { Resolution, ResolveOrder, SecretPrincipal } from './contract/resolution.types';
import { placeOf } from './domain/tenant-access';

/** The requested secrets and the principal. */
export interface AskedSecrets {
  readonly context: CallContext;
  readonly principal: SecretPrincipal;
  readonly order: ResolveOrder;
}

/**
 * Writes one audit record per call, with the names and versions of the secrets but never a value. The record is committed before the
 * response is sent.
 */
@Injectable()
export class ResolutionRecord {
  constructor(
    private readonly audit: AuditPort,
    private readonly clock: Clock,
  ) {}

  /** Records a success. Errors: `unavailable`, because no value is returned without its record. */
  success(asked: AskedSecrets, { resolved, unresolved }: Resolution): Promise<void> {
    const secrets = resolved.map(({ name, ref, bundle, version }) => ({ name, ...placeOf(ref), version, bundle }));
    const missed = unresolved.map(({ name, bundle, code }) => ({ name, bundle, code }));
    return this.write(asked, 'success', '', { secrets, ...(missed.length === 0 ? {} : { unresolved: missed }) });
  }

  failure(asked: AskedSecrets, thrown: unknown): Promise<void> {
    const { code }: AppError = toAppError(thrown);
    const { bundles, refs } = asked.order;
    const secrets = refs.map((ref) => ({ name: ref.name, ...placeOf(ref), version: ref.version, bundle: null }));
    return this.write(asked, code === 'forbidden' ? 'denied' : 'failure', code, { bundles, secrets });
  }

  private async write(
    { context, principal, order }: AskedSecrets,
    outcome: AuditOutcome,
    reason: string,
    facts: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { bundles, refs, contextId } = order;
    const only = bundles.length + refs.length === 1 ? (bundles[0] ?? refs[0]?.name) : undefined;
    const metadata = { ...facts, ...given({ contextId, entityId: principal.entityId }) };
    const action = { action: 'secret.read', resourceType: 'secret', resourceId: only ?? '', outcome, reason, metadata };
    try {
      await this.audit.record(context, auditEvent(context, action, this.clock.nowMs()));
    } catch (cause) {
      const message = 'The audit log is unavailable, so no secret is returned. Retry later.';
      throw outage(outageOf(cause) ?? 'audit_unavailable', { message, cause });
    }
  }
}

function given(members: Readonly<Record<string, string | null>>): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== ''));
}
