import { Injectable } from '@nestjs/common';
import type { Client } from '../../../apps/contract/apps.types';
import { FactorsPort } from '../../../factors/contract/factors.port';
import type { RemainingStep } from '../../../factors/contract/factors.types';
import { ACR_ONE_FACTOR, ACR_TWO_FACTORS } from '../../contract/access-token.types';
import type { Prompting } from './check-prompt-and-max-age';
import type { SignedIn } from './check-sign-in';
import type { Parameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/**
 * Checks whether the sign-in proves enough for this app: the rules of the tenant and the app, and the `acr_values` of the request (OpenID
 * Connect Core §3.1.2.1, RFC 9470 §4).
 */
@Injectable()
export class CheckSecondFactor {
  constructor(private readonly factors: FactorsPort) {}

  /** Returns whether users can sign in to an app with a passkey alone. */
  allowsPasskeys({ tenantId, clientId }: Client): Promise<boolean> {
    return this.factors.allowsPasskeys(tenantId, clientId);
  }

  /** Returns what the user must still do. Refuses with `login_required` if the request does not allow a page for it. */
  async run(
    parameters: Parameters,
    client: Client,
    { user, session }: SignedIn,
    prompting: Prompting,
  ): Promise<RemainingStep> {
    const purpose = { appId: client.clientId, twoFactors: demandsTwoFactors(parameters) };
    const remaining = await this.factors.remaining(user, session.amr, purpose);
    if (remaining.step !== 'none' && prompting.none) {
      throw new AuthorizationRefusal('login_required', 'The user must present a second factor.');
    }
    return remaining;
  }
}

/**
 * Returns whether the request accepts only two factors. `acr_values` lists what the app accepts, so an app that also accepts one factor does
 * not demand two. Unknown values are ignored.
 */
function demandsTwoFactors(parameters: Parameters): boolean {
  const values = (parameters.get('acr_values') ?? '').split(' ');
  return values.includes(ACR_TWO_FACTORS) && !values.includes(ACR_ONE_FACTOR);
}
