import type { ConnectionPatch, NewConnection } from '../contract/connections.types';
import type { SealedSecret, StoredConnection } from './stored-connection';
import { changedSettings, issuerOf, settingsOf, typeOf } from './connection-settings';

/** Returns a new connection as it is stored. */
export function newStoredConnection(
  written: { readonly tenantId: string; readonly id: string; readonly actorId: string; readonly at: Date },
  input: NewConnection,
  secret: SealedSecret | null,
): StoredConnection {
  const { tenantId, id, actorId, at } = written;
  const type = typeOf(input);
  const settings = settingsOf(input);
  return {
    id,
    tenantId,
    name: input.name,
    type,
    preset: input.preset,
    status: input.status,
    issuer: issuerOf({ type, preset: input.preset, issuer: input.issuer ?? null }, settings),
    clientId: input.clientId,
    secret,
    settings,
    enforced: input.enforced,
    version: 1,
    createdAt: at,
    createdBy: actorId,
    updatedAt: at,
    updatedBy: actorId,
  };
}

/** Returns a connection after a change. @param secret the new secret; `null` keeps the stored one. */
export function changedConnection(
  before: StoredConnection,
  patch: ConnectionPatch,
  secret: SealedSecret | null,
  { actorId, at }: { readonly actorId: string; readonly at: Date },
): StoredConnection {
  const settings = changedSettings(before.settings, patch);
  return {
    ...before,
    name: patch.name ?? before.name,
    status: patch.status ?? before.status,
    issuer: issuerOf({ ...before, issuer: patch.issuer ?? before.issuer }, settings),
    clientId: patch.clientId ?? before.clientId,
    secret: secret ?? before.secret,
    settings,
    enforced: patch.enforced ?? before.enforced,
    version: before.version + 1,
    updatedAt: at,
    updatedBy: actorId,
  };
}

/**
 * Returns whether a change would send the stored secret to a server for which it was not entered. An administrator who cannot read a secret
 * must not be able to receive it at a server of their own.
 */
export function sendsSecretElsewhere(before: StoredConnection, after: StoredConnection): boolean {
  if (before.secret === null) return false;
  return (
    before.issuer !== after.issuer ||
    before.clientId !== after.clientId ||
    before.settings.endpoints?.tokenUrl !== after.settings.endpoints?.tokenUrl ||
    before.settings.endpoints?.userinfoUrl !== after.settings.endpoints?.userinfoUrl
  );
}
