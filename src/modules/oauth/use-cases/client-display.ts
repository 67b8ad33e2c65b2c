import type { Client } from '../../apps/contract/apps.types';
import type { ClientDisplay } from '../contract/authorization.types';
import { destinationOf } from '../domain/redirect-uri';
import type { Parameters } from './authorize/read-parameters';

const MAX_LOCALES = 10;

/** Returns the fields of an app that are shown on pages. */
export function clientDisplay(client: Client, redirectUri: string | undefined): ClientDisplay {
  return {
    clientId: client.clientId,
    name: client.name,
    logoUri: client.logoUri,
    policyUri: client.policyUri,
    firstParty: client.firstParty,
    destination: redirectUri === undefined ? '' : destinationOf(redirectUri),
    tenantId: client.tenantId,
  };
}

/** Returns the client's preferred page languages (OpenID Connect Core §3.1.2.1), best first; an invalid tag is not an error. */
export function uiLocales(parameters: Parameters): readonly string[] {
  const tags = (parameters.get('ui_locales') ?? '').split(' ').filter((tag) => /^[A-Za-z0-9-]{2,35}$/.test(tag));
  return tags.slice(0, MAX_LOCALES);
}
