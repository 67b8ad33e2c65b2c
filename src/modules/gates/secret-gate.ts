import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { outage } from '../../kernel/errors/app-error';
import { AuthPort } from '../auth/contract/auth.port';
import type { AccessTokenClaims } from '../oauth/contract/access-token.types';
import { RESOLVE_ACCESS } from '../secrets/contract/resolve-access';
import { STORE_PROVIDER } from '../secrets/contract/resolution.types';
import { SecretGrantsPort, type SecretGrantVerdict } from '../secrets/contract/secret-grants.port';
import { SECRET_NAME } from '../secrets/contract/secrets.types';
import type { GateDenial, GateQuery, GateQuestion } from './contract/gates.port';

type SecretQuestion = Extract<GateQuestion, { gate: 'secret' }>;

/** A denial, or `null` if the action is allowed. */
type Denied = { readonly code: GateDenial; readonly reason: string; readonly policyRevision?: string } | null;

const GRANT_WORDS: Readonly<Record<Exclude<SecretGrantVerdict, 'granted'>, string>> = {
  no_grant: 'No grant matches this secret.',
  condition: 'The condition of the grant is not met.',
  no_principal: 'The user or application does not exist or is not active.',
};

/**
 * Decides about secrets like the secrets module: based on the scope and policy of the module's route and, for `read`, also on the grants
 * that the module uses to resolve secrets. Writes are possible only in the tenant's own store; other providers' secrets are changed at the
 * provider.
 */
@Injectable()
export class SecretGate {
  constructor(
    private readonly auth: AuthPort,
    private readonly grants: SecretGrantsPort,
  ) {}

  async denialOf(
    context: CallContext,
    claims: AccessTokenClaims,
    query: GateQuery,
    { action, secretName, provider }: SecretQuestion,
  ): Promise<Denied> {
    if (action === 'read') {
      const refused = await this.refusedByPolicy(context, query, RESOLVE_ACCESS.scope, RESOLVE_ACCESS.action, 'secret');
      return (
        refused ?? this.refusedByGrants(context, claims, { secretName, provider }, query.context['context_id'] ?? '')
      );
    }
    if (action !== 'write' && action !== 'rotate') {
      return { code: 'action_unknown', reason: 'Unknown action. Use read, write or rotate.' };
    }
    if (provider !== '' && provider !== STORE_PROVIDER) {
      return { code: 'provider_read_only', reason: 'Secrets of this provider are read-only here.' };
    }
    if (!SECRET_NAME.test(secretName)) return { code: 'invalid_request', reason: 'The name of the secret is invalid.' };
    // `write` and `rotate` both create a new version.
    return this.refusedByPolicy(context, query, 'secrets.write', 'secret.set', `secret/${secretName}`);
  }

  private async refusedByPolicy(
    context: CallContext,
    { token, tenant }: GateQuery,
    requiredScope: string,
    action: string,
    resource: string,
  ): Promise<Denied> {
    const query = { principal: { token, tenant }, action, resource, context: {}, requiredScope };
    const verdict = await this.auth.authorize(context, query, { callerRecordsDenials: true });
    if (!verdict.allowed && verdict.outage !== undefined) throw outage(verdict.outage);
    return verdict.allowed ? null : verdict;
  }

  private async refusedByGrants(
    context: CallContext,
    { user_id: user, client_id: clientId, sub }: AccessTokenClaims,
    { secretName, provider }: Pick<SecretQuestion, 'secretName' | 'provider'>,
    contextId: string,
  ): Promise<Denied> {
    const userId = user ?? null;
    const principal = { userId, clientId: userId === null ? clientId : null, groups: null, entityId: sub };
    const verdict = await this.grants.judge(context, principal, { provider, path: secretName, contextId });
    return verdict === 'granted' ? null : { code: verdict, reason: GRANT_WORDS[verdict] };
  }
}
