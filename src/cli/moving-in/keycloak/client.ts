import type { z } from 'zod';
import { newApp } from '../../../modules/apps/contract/apps.types';
import { jsonProblem } from '../json-problem';
import type { Notes } from '../notes';
import type { KeycloakClient } from './realm';
import { clientUris } from './client-uris';

/** An app to create, as the API accepts it. Its name is the client ID in the other system. */
export type MovingApp = Readonly<z.input<typeof newApp>>;

/** Clients that Keycloak creates in each realm. */
const BUILT_IN = /^(account|account-console|admin-cli|broker|realm-management|security-admin-console)$/;
/** Clients that the realm `master` has for each other realm. */
const OF_REALM = /-realm$/;

/** Returns whether Keycloak made a client itself. */
export function isBuiltIn({ clientId }: KeycloakClient, realm: string): boolean {
  return BUILT_IN.test(clientId) || (realm === 'master' && OF_REALM.test(clientId));
}

/**
 * Converts a client of a realm. Secrets do not move: the platform stores only hashes of secrets that it makes.
 * @returns `null` for a client that cannot move. Everything that does not move is noted.
 */
export function convertClient(client: KeycloakClient, notes: Notes): MovingApp | null {
  const { clientId } = client;
  const obstacle = obstacleOf(client);
  if (obstacle !== null) return refused(clientId, obstacle, notes);
  const uris = clientUris(client, notes);
  if (client.standardFlowEnabled && uris.redirect_uris.length === 0)
    return refused(clientId, 'None of its redirect URIs can move, and sign-in needs one.', notes);
  noteFlows(client, notes);
  const app: MovingApp = {
    name: clientId,
    app_type: typeOf(client, uris.redirect_uris),
    grant_types: grantsOf(client),
    first_party: !client.consentRequired,
    ...uris,
    ...authenticationOf(client, notes),
  };
  const parsed = newApp.safeParse(app);
  return parsed.success ? app : refused(clientId, `The app is not valid: ${jsonProblem(parsed.error)}`, notes);
}

function refused(clientId: string, reason: string, notes: Notes): null {
  notes.notMoved('client', clientId, reason);
  return null;
}

function obstacleOf(client: KeycloakClient): string | null {
  if (client.protocol !== 'openid-connect') return `Clients of the protocol "${client.protocol}" have no place here.`;
  if (!client.enabled) return 'The client is disabled.';
  if (client.bearerOnly) return 'The client only checks tokens, which needs no app.';
  if (!client.standardFlowEnabled && !isService(client)) return 'Its only flows are not supported (RFC 9700).';
  return null;
}

/** Public clients have no secret, so they cannot act for themselves. */
function isService({ serviceAccountsEnabled, publicClient }: KeycloakClient): boolean {
  return serviceAccountsEnabled && !publicClient;
}

function typeOf(client: KeycloakClient, redirectUris: readonly string[]): 'native' | 'service' | 'spa' | 'web' {
  if (!client.publicClient) return client.standardFlowEnabled ? 'web' : 'service';
  return redirectUris.every((uri) => /^https?:/.test(uri)) ? 'spa' : 'native';
}

function grantsOf(client: KeycloakClient): ('authorization_code' | 'client_credentials' | 'refresh_token')[] {
  return [
    ...(client.standardFlowEnabled ? (['authorization_code', 'refresh_token'] as const) : []),
    ...(isService(client) ? (['client_credentials'] as const) : []),
  ];
}

/** Returns how the client authenticates: with a key at an address, or with a new secret. */
function authenticationOf(
  { clientId, publicClient, clientAuthenticatorType, attributes }: KeycloakClient,
  notes: Notes,
): Pick<MovingApp, 'token_endpoint_auth_method' | 'jwks_uri'> {
  if (publicClient) return { token_endpoint_auth_method: 'none' };
  const uri = attributes['jwks.url'];
  if (clientAuthenticatorType === 'client-jwt' && attributes['use.jwks.url'] === 'true' && typeof uri === 'string')
    return { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: uri };
  if (clientAuthenticatorType === 'client-secret')
    notes.changed('client secret', clientId, 'Secrets do not move: the app gets a new one.');
  else notes.changed('client secret', clientId, `The app gets a secret instead of "${clientAuthenticatorType}".`);
  return { token_endpoint_auth_method: 'client_secret_basic' };
}

function noteFlows(client: KeycloakClient, notes: Notes): void {
  const { clientId } = client;
  if (client.implicitFlowEnabled)
    notes.notMoved('flow', clientId, 'The implicit flow is not supported (RFC 9700 §2.1.2).');
  if (client.directAccessGrantsEnabled)
    notes.notMoved('flow', clientId, 'The password grant is not supported (RFC 9700 §2.4).');
  if (client.attributes['oauth2.device.authorization.grant.enabled'] === 'true')
    notes.notMoved('flow', clientId, 'The device flow is not supported.');
}
