import type { SecretVersion, TaggedSecret } from './contract/secrets.types';
import { revisionTag } from './secret-conditions';
import type { StoredSecret, StoredVersion } from './storage/secrets.repository';

/** Returns a stored secret in its response form. */
export function taggedSecret({ revision, ...stored }: StoredSecret): TaggedSecret {
  return {
    secret: {
      ...stored,
      createdAt: stored.createdAt.toISOString(),
      updatedAt: stored.updatedAt.toISOString(),
      deletedAt: stored.deletedAt?.toISOString() ?? null,
    },
    entityTag: revisionTag(stored.name, revision),
  };
}

/** Returns a stored version in its response form. */
export function shownVersion(of: StoredSecret, stored: StoredVersion, nowMs: number): SecretVersion {
  return {
    version: stored.version,
    state: stateOf(of, stored, nowMs),
    createdAt: stored.createdAt.toISOString(),
    createdBy: stored.createdBy,
    resolvableUntil: stored.resolvableUntil?.toISOString() ?? null,
    destroyedAt: stored.destroyedAt?.toISOString() ?? null,
  };
}

function stateOf(of: StoredSecret, stored: StoredVersion, nowMs: number): SecretVersion['state'] {
  if (stored.destroyedAt !== null) return 'destroyed';
  if (of.deletedAt !== null) return 'deleted';
  if (stored.version === of.currentVersion) return 'current';
  return stored.resolvableUntil !== null && stored.resolvableUntil.getTime() > nowMs ? 'grace' : 'superseded';
}
