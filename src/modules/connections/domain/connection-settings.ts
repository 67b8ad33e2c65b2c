import type {
  ConnectionEndpoints,
  ConnectionPatch,
  ConnectionPreset,
  NewConnection,
  ProfileMapping,
  RoleRule,
} from '../contract/connections.types';
import { presetOf } from './presets';

/** The settings of a connection that are stored as one value. */
export interface ConnectionSettings {
  readonly scopes: readonly string[];
  readonly endpoints: ConnectionEndpoints | null;
  readonly profile: ProfileMapping | null;
  readonly apple: { readonly teamId: string; readonly keyId: string } | null;
  readonly provisioning: 'off' | 'verified_domains' | 'all';
  readonly defaultRole: 'member' | 'viewer';
  readonly roleRules: readonly RoleRule[];
}

const PLAIN_PROFILE: ProfileMapping = { subject: 'sub', email: 'email', emailVerified: null, name: 'name' };

/** Returns the settings of a new connection, with the defaults of its preset. */
export function settingsOf(input: NewConnection): ConnectionSettings {
  const preset = presetOf(input.preset, typeOf(input));
  const profile = input.profile ?? preset.profile;
  return {
    scopes: input.scopes ?? preset.scopes,
    endpoints: input.endpoints ?? preset.endpoints,
    profile: preset.type === 'oauth' ? (profile ?? PLAIN_PROFILE) : profile,
    apple: input.apple ?? null,
    provisioning: input.provisioning,
    defaultRole: input.defaultRole,
    roleRules: input.roleRules,
  };
}

/** Returns the settings after a change. */
export function changedSettings(settings: ConnectionSettings, patch: ConnectionPatch): ConnectionSettings {
  return {
    scopes: patch.scopes ?? settings.scopes,
    endpoints: patch.endpoints ?? settings.endpoints,
    profile: patch.profile ?? settings.profile,
    apple: patch.apple ?? settings.apple,
    provisioning: patch.provisioning ?? settings.provisioning,
    defaultRole: patch.defaultRole ?? settings.defaultRole,
    roleRules: patch.roleRules ?? settings.roleRules,
  };
}

/** A preset decides the type. */
export function typeOf({ type, preset }: Pick<NewConnection, 'type' | 'preset'>): 'oidc' | 'oauth' {
  return preset === null ? type : presetOf(preset, type).type;
}

/**
 * Returns the issuer that keys the identities. OAuth without OpenID Connect has no issuer: the origin that describes the person takes its
 * place.
 */
export function issuerOf(
  {
    type,
    preset,
    issuer,
  }: { readonly type: 'oidc' | 'oauth'; readonly preset: ConnectionPreset | null; readonly issuer: string | null },
  { endpoints }: Pick<ConnectionSettings, 'endpoints'>,
): string {
  if (type === 'oidc') return issuer ?? presetOf(preset, type).issuer ?? '';
  return URL.parse(endpoints?.userinfoUrl ?? '')?.origin ?? '';
}
