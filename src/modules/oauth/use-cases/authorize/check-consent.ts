import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../../kernel/config/inject-config';
import type { Client } from '../../../apps/contract/apps.types';
import type { ConsentSubject } from '../../domain/consent-subject';
import { canBeTaken } from '../../domain/redirect-uri';
import { oauthConfig, type OauthConfig } from '../../oauth.config';
import { GrantsRepository } from '../../storage/grants.repository';
import type { Prompting } from './check-prompt-and-max-age';
import { AuthorizationRefusal } from './refusal';

/** The source of the user's consent: the page, a remembered decision, or none if the app belongs to the tenant itself. */
export type Consent =
  | { readonly by: 'asked'; readonly subject: ConsentSubject; readonly canRemember: boolean }
  | { readonly by: 'remembered'; readonly grantId: string }
  | { readonly by: 'first_party' };

/** The access that an app requests, and the destination of the response. */
type Asked = ConsentSubject & { readonly redirectUri: string };

/** Determines which access needs the user's consent (OpenID Connect Core §3.1.2.4). */
@Injectable()
export class CheckConsent {
  constructor(
    private readonly grants: GrantsRepository,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  /**
   * Returns the access that needs the user's consent: all of it, or only the part without a remembered consent. Refuses with
   * `consent_required` if consent is needed but the request does not allow a consent page.
   */
  async run(client: Client, userId: string, asked: Asked, prompting: Prompting): Promise<Consent> {
    const consent = await this.judge(client, userId, asked, prompting);
    if (consent.by === 'asked' && prompting.none) {
      throw new AuthorizationRefusal('consent_required', 'The user must give consent first.');
    }
    return consent;
  }

  private async judge(client: Client, userId: string, asked: Asked, prompting: Prompting): Promise<Consent> {
    const { scopes, redirectUri } = asked;
    const resources = asked.resources.filter((resource) => resource !== this.config.ISSUER_URL);
    if (canBeTaken(client, redirectUri)) return { by: 'asked', subject: { scopes, resources }, canRemember: false };
    if (prompting.consent) return { by: 'asked', subject: { scopes, resources }, canRemember: true };
    if (client.firstParty) return { by: 'first_party' };
    const grant = await this.grants.find(client.tenantId, userId, client.clientId, new Date(client.createdAtMs));
    const missing = {
      scopes: scopes.filter((scope) => grant?.rememberedScopes.includes(scope) !== true),
      resources: resources.filter((resource) => grant?.rememberedResources.includes(resource) !== true),
    };
    const isAgreed = missing.scopes.length === 0 && missing.resources.length === 0;
    // An app that does not request any scopes still receives the user's identity. The user agrees to this once.
    if (grant?.remembered === true && isAgreed) return { by: 'remembered', grantId: grant.id };
    return { by: 'asked', subject: missing, canRemember: true };
  }
}
