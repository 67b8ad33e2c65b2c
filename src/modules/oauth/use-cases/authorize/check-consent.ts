import { Injectable } from '@nestjs/common';
import type { Client } from '../../../apps/contract/apps.types';
import { GrantsRepository } from '../../storage/grants.repository';
import type { Prompting } from './check-prompt-and-max-age';
import { AuthorizationRefusal } from './refusal';

/** What the user has to be asked about (OpenID Connect Core §3.1.2.4). */
@Injectable()
export class CheckConsent {
  constructor(private readonly grants: GrantsRepository) {}

  /**
   * The scopes that the consent page shows; `null` when nobody has to be asked: the app is the tenant's own, or all was
   * agreed to before and was to be remembered. Refuses with `consent_required` where no page may be shown for that.
   */
  async run(
    client: Client,
    userId: string,
    scopes: readonly string[],
    prompting: Prompting,
  ): Promise<readonly string[] | null> {
    if (prompting.consent) return scopes;
    if (client.firstParty) return null;
    const grant = await this.grants.find(client.tenantId, userId, client.clientId, new Date(client.createdAtMs));
    const missing = scopes.filter((scope) => grant?.rememberedScopes.includes(scope) !== true);
    // An app that asks for no scope at all is still told who the user is: that is agreed to once.
    if (grant && missing.length === 0) return null;
    if (prompting.none) throw new AuthorizationRefusal('consent_required', 'The user has to agree first.');
    return missing;
  }
}
