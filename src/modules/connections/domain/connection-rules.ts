import { createPrivateKey } from 'node:crypto';
import type { ConnectionPreset } from '../contract/connections.types';
import type { ConnectionSettings } from './connection-settings';
import { presetOf } from './presets';

/** A fault of a connection, as the API reports it. */
export interface SettingsFault {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** The parts of a connection that depend on each other. */
export interface CheckedConnection {
  readonly type: 'oidc' | 'oauth';
  readonly preset: ConnectionPreset | null;
  readonly issuer: string;
  readonly settings: ConnectionSettings;
  /** The secret as sent; `null` if it stays as it is. */
  readonly secret: string | null;
  readonly hasSecret: boolean;
}

/** Returns what does not fit together in a connection. @param urlFault checks a URL without resolving its host. */
export function settingsFaults(
  checked: CheckedConnection,
  urlFault: (url: string) => { readonly code: string; readonly message: string } | null,
): readonly SettingsFault[] {
  const { type, preset, issuer, settings, hasSecret } = checked;
  const { issuers } = presetOf(preset, type);
  const faults: SettingsFault[] = [];
  const fault = (pointer: string, code: string, message: string): void => void faults.push({ pointer, code, message });
  const checkUrl = (pointer: string, url: string): void => {
    const found = urlFault(url);
    if (found !== null) fault(pointer, found.code, found.message);
  };
  if (type === 'oidc') {
    if (issuer === '') fault('/issuer', 'missing', 'Name the issuer of the identity provider.');
    else if (issuers?.test(issuer) === false) fault('/issuer', 'invalid_value', issuerHint(preset));
    else checkUrl('/issuer', issuer);
    if (/[?#]/.test(issuer)) fault('/issuer', 'invalid_value', 'An issuer has no query and no fragment.');
    if (!settings.scopes.includes('openid')) fault('/scopes', 'invalid_value', 'The scopes must include "openid".');
    if (settings.endpoints !== null)
      fault('/endpoints', 'not_allowed', 'The endpoints come from the metadata of the issuer.');
    if (settings.profile !== null)
      fault('/profile', 'not_allowed', 'OpenID Connect defines the claims of the profile.');
  } else if (settings.endpoints === null) {
    fault('/endpoints', 'missing', 'Name the endpoints of the provider.');
  } else {
    for (const [name, url] of Object.entries(settings.endpoints)) if (url !== null) checkUrl(`/endpoints/${name}`, url);
  }
  if (preset !== null && !hasSecret) fault('/clientSecret', 'missing', 'This provider requires a client secret.');
  faults.push(...appleFaults(checked));
  return faults;
}

function appleFaults({ preset, settings, secret }: CheckedConnection): readonly SettingsFault[] {
  if (preset !== 'apple') {
    if (settings.apple === null) return [];
    return [{ pointer: '/apple', code: 'not_allowed', message: 'Only the preset "apple" has these ids.' }];
  }
  const faults: SettingsFault[] = [];
  if (settings.apple === null) {
    faults.push({ pointer: '/apple', code: 'missing', message: 'Name the team id and the key id.' });
  }
  if (secret !== null && !isP256Key(secret)) {
    const message = 'The client secret of Apple is the private key from the .p8 file, in PEM.';
    faults.push({ pointer: '/clientSecret', code: 'invalid_value', message });
  }
  return faults;
}

function isP256Key(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

function issuerHint(preset: ConnectionPreset | null): string {
  return preset === 'microsoft'
    ? 'Name the issuer of one directory: https://login.microsoftonline.com/<directory id>/v2.0.'
    : 'This preset has a fixed issuer: leave it out.';
}
