import { Inject, Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { outage } from '../../kernel/errors/app-error';
import { NameResolver } from '../../kernel/network/name-resolver';
import { outboundTarget, type OutboundTarget } from '../../kernel/network/outbound-url';
import { isPublicAddress } from '../../kernel/network/public-address';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { PolicyPort } from '../policy/contract/policy.port';
import type { EgressDenial, EgressPort, EgressQuery, EgressVerdict, PlatformEgressQuery } from './contract/egress.port';
import { EGRESS_RULE } from './contract/gate-rules';
import { DenialRecord } from './denial-record';
import { EGRESS_WORDS } from './domain/egress-words';
import { OwnHosts } from './domain/own-hosts';

const ALLOWED: EgressVerdict = Object.freeze({ allowed: true });

@Injectable()
export class EgressService implements EgressPort {
  constructor(
    private readonly policy: PolicyPort,
    private readonly resolver: NameResolver,
    private readonly ownHosts: OwnHosts,
    private readonly denials: DenialRecord,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async check(context: CallContext, query: EgressQuery): Promise<EgressVerdict> {
    const target = outboundTarget(query.url);
    if ('refusal' in target) return this.recorded(context, query, '', refused(target.refusal));
    return this.recorded(context, query, target.host, await this.judge(context, query, target));
  }

  async authorize(context: CallContext, query: PlatformEgressQuery): Promise<EgressVerdict> {
    const target = outboundTarget(query.url, query.mayBePrivate);
    if ('refusal' in target) return this.recorded(context, query, '', refused(target.refusal));
    const subject = { subject: context.actor.id, ...(context.appId === null ? {} : { client_id: context.appId }) };
    const input = { ...inputOf(query, target), ...subject, private_addresses: query.mayBePrivate };
    const verdict = await this.askPolicy(context, query, input);
    // The platform's own work has no deadline, so this code means that no thread was available in time. That is not a verdict on the URL.
    if (!verdict.allowed && verdict.code === 'deadline') throw outage('deadline', { message: verdict.reason });
    return this.recorded(context, query, target.host, verdict);
  }

  private recorded(
    context: CallContext,
    { tenantId, serviceName }: EgressQuery,
    resourceId: string,
    verdict: EgressVerdict,
  ): EgressVerdict {
    if (verdict.allowed) return verdict;
    const { policyRevision = null } = verdict;
    this.denials.write(
      { ...context, tenantId, policyRevision },
      { action: 'egress.check', resourceType: 'egress', resourceId, reason: verdict.code, metadata: { serviceName } },
    );
    return verdict;
  }

  /** Evaluates the policy before it resolves the name, because a DNS query for a refused name could itself leak data. */
  private async judge(context: CallContext, query: EgressQuery, target: OutboundTarget): Promise<EgressVerdict> {
    if (this.ownHosts.has(target.host)) return refused('own_host');
    const verdict = await this.askPolicy(context, query, inputOf(query, target));
    return !verdict.allowed || target.isAddress ? verdict : this.judgeAddresses(target.host);
  }

  private async askPolicy(
    context: CallContext,
    { tenantId }: EgressQuery,
    value: Readonly<Record<string, unknown>>,
  ): Promise<EgressVerdict> {
    const decision = await this.policy.evaluate(
      { ...context, tenantId },
      { tenantId, rule: EGRESS_RULE, input: { value }, deadlineMs: context.deadlineMs },
      { callerRecordsDenials: true },
    );
    // An outage is not a verdict, so it is not recorded as one.
    if (decision.outage !== undefined) throw outage(decision.outage, { message: decision.reason });
    if (decision.allowed) return ALLOWED;
    const { version, code, reason } = decision;
    const revision = version === null ? {} : { policyRevision: String(version) };
    return { allowed: false, code: code ?? 'denied', reason, ...revision };
  }

  private async judgeAddresses(name: string): Promise<EgressVerdict> {
    let addresses: readonly string[];
    try {
      addresses = await this.resolver.addressesOf(name);
    } catch (error) {
      this.logger.warn({ err: error }, 'Failed to resolve the addresses of a host');
      return refused('resolution_failed');
    }
    if (addresses.length === 0) return refused('host_unknown');
    // One forbidden address is enough to refuse the URL, because the client chooses the address to which it connects.
    if (!addresses.every(isPublicAddress)) return refused('address_not_public');
    return addresses.some((address) => this.ownHosts.has(address)) ? refused('own_host') : ALLOWED;
  }
}

/** Returns the `input` of the rule, described in policies/default/coresdk/egress.rego. */
function inputOf(
  { tenantId, serviceName }: EgressQuery,
  { url, host, isAddress, port }: OutboundTarget,
): Readonly<Record<string, unknown>> {
  return {
    url: url.href,
    host,
    is_address: isAddress,
    scheme: url.protocol.slice(0, -1),
    port,
    path: url.pathname,
    service_name: serviceName,
    tenant_id: tenantId,
  };
}

function refused(code: EgressDenial): EgressVerdict {
  return { allowed: false, code, reason: EGRESS_WORDS[code] ?? '' };
}
