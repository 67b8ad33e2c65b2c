import { Inject, Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { HTTP_STATUS } from '../../kernel/errors/error-tables';
import { outage, outageOf, toAppError } from '../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { AuthPort } from '../auth/contract/auth.port';
import {
  type AccessTokenClaims,
  actorOfClaims,
  isForTheIssuer,
  REFUSAL_MESSAGES,
  undecided,
  type TokenRefusal,
} from '../oauth/contract/access-token.types';
import { PolicyPort } from '../policy/contract/policy.port';
import { GATE_RULES } from './contract/gate-rules';
import type { GateDenial, GateQuery, GateQuestion, GatesPort, GateVerdict } from './contract/gates.port';
import { DenialRecord } from './denial-record';
import { assertContextSize, gateInput, type RuledQuestion, scopesOf } from './domain/gate-input';
import { SecretGate } from './secret-gate';

type Denied = Extract<GateVerdict, { allowed: false }>;
type Denial = Omit<Denied, 'allowed'>;

/** Gates for the platform's own resources. A token that is only for a company's resources does not give access to them. */
const PLATFORM_GATES: ReadonlySet<GateQuestion['gate']> = new Set(['storage', 'workflow', 'secret']);

@Injectable()
export class GatesService implements GatesPort {
  constructor(
    private readonly auth: AuthPort,
    private readonly policy: PolicyPort,
    private readonly secrets: SecretGate,
    private readonly denials: DenialRecord,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async decide(context: CallContext, query: GateQuery): Promise<GateVerdict> {
    const judged = await this.auth.validateToken(context, {
      token: query.token,
      tenant: query.tenant,
      expectedAudience: null,
    });
    if (!judged.valid && judged.refusal === 'unavailable') throw undecided(judged);
    if (!judged.valid) return this.recorded(context, query, refusedToken(judged.refusal));
    const { claims } = judged;
    const bearer: CallContext = {
      ...context,
      tenantId: claims.tenant_id,
      actor: actorOfClaims(claims),
      appId: claims.client_id,
    };
    const denied = await this.denialOf(bearer, claims, query).catch((thrown: unknown) => this.fault(thrown));
    return denied === null
      ? { allowed: true, permissions: scopesOf(claims) }
      : this.recorded(bearer, query, { ...denied, allowed: false });
  }

  private async denialOf(context: CallContext, claims: AccessTokenClaims, query: GateQuery): Promise<Denial | null> {
    const { question } = query;
    assertContextSize(query.context);
    if (PLATFORM_GATES.has(question.gate) && !isForTheIssuer(claims)) return refusedToken('token_wrong_audience');
    if (question.gate === 'secret') return this.secrets.denialOf(context, claims, query, question);
    if (question.gate === 'resource') {
      const { action, resource } = question;
      const principal = { token: query.token, tenant: query.tenant };
      const asked = { principal, action, resource, context: query.context, requiredScope: '' };
      const verdict = await this.auth.authorize(context, asked, { callerRecordsDenials: true });
      if (!verdict.allowed && verdict.outage !== undefined) throw outage(verdict.outage);
      return verdict.allowed ? null : verdict;
    }
    return this.deniedByRule(context, claims, query, question);
  }

  private async deniedByRule(
    context: CallContext,
    claims: AccessTokenClaims,
    query: GateQuery,
    question: RuledQuestion,
  ): Promise<Denial | null> {
    const decision = await this.policy.evaluate(
      context,
      {
        tenantId: claims.tenant_id,
        rule: GATE_RULES[question.gate],
        input: { value: gateInput(claims, query, question) },
        deadlineMs: context.deadlineMs,
      },
      { callerRecordsDenials: true },
    );
    if (decision.outage !== undefined) throw outage(decision.outage);
    const { version, code, reason } = decision;
    if (decision.allowed) return null;
    return { code: code ?? 'denied', reason, ...(version === null ? {} : { policyRevision: String(version) }) };
  }

  /** Returns the denial for an error in the question. Rethrows a named outage, which is not a verdict. */
  private fault(thrown: unknown): Denial {
    const error = toAppError(thrown);
    if (outageOf(error) !== null) throw error;
    if (HTTP_STATUS[error.code] < 500) return { code: 'invalid_request', reason: error.message };
    this.logger.error({ err: error.cause ?? error }, 'A gate failed to decide');
    return { code: 'unavailable', reason: 'The decision is unavailable. Try again later.' };
  }

  private recorded(context: CallContext, { question }: GateQuery, denied: Denied): Denied {
    const { policyRevision = null } = denied;
    this.denials.write(
      { ...context, policyRevision },
      {
        action: `gate.${question.gate}`,
        resourceType: question.gate,
        resourceId: nameOf(question),
        reason: denied.code,
        metadata: { asked: question.action.slice(0, MAX_ACTION_CHARS) },
      },
    );
    return denied;
  }
}

const MAX_ACTION_CHARS = 128;

function refusedToken(code: TokenRefusal): Denied {
  return { allowed: false, code: code satisfies GateDenial, reason: REFUSAL_MESSAGES[code] };
}

function nameOf(question: GateQuestion): string {
  switch (question.gate) {
    case 'resource':
      return question.resource;
    case 'storage':
      return `${question.bucket}/${question.objectKey}`;
    case 'database':
      return question.collection;
    case 'workflow':
      return question.workflowId;
    case 'secret':
      return question.secretName;
  }
}
