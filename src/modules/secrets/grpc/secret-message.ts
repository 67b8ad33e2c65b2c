import type {
  SecretAnswer,
  SecretFacts,
  SecretVersionFacts,
  WriteCondition,
} from '../../../kernel/grpc/generated/cpod/internal/v1/secrets';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import { secret, type Secret, secretVersion, type SecretVersion, type TaggedSecret } from '../contract/secrets.types';

/** Converts messages between the store and its client. An empty string on the wire corresponds to `null` here. */

export function toSecretAnswer(tagged: TaggedSecret | null): SecretAnswer {
  return { secret: tagged && toSecretFacts(tagged.secret), entityTag: tagged?.entityTag ?? '', error: null };
}

/** Returns the secret in a response, or `null` if the response contains none. */
export function fromSecretAnswer({ secret: facts, entityTag }: SecretAnswer): TaggedSecret | null {
  return facts ? { secret: fromSecretFacts(facts), entityTag } : null;
}

export function toSecretFacts({ deletedAt, ...facts }: Secret): SecretFacts {
  return { ...facts, deletedAt: deletedAt ?? '' };
}

export function fromSecretFacts({ deletedAt, ...facts }: SecretFacts): Secret {
  return secret.parse({ ...facts, deletedAt: deletedAt === '' ? null : deletedAt });
}

export function toVersionFacts({ resolvableUntil, destroyedAt, ...facts }: SecretVersion): SecretVersionFacts {
  return { ...facts, resolvableUntil: resolvableUntil ?? '', destroyedAt: destroyedAt ?? '' };
}

export function fromVersionFacts({ resolvableUntil, destroyedAt, ...facts }: SecretVersionFacts): SecretVersion {
  return secretVersion.parse({
    ...facts,
    resolvableUntil: resolvableUntil === '' ? null : resolvableUntil,
    destroyedAt: destroyedAt === '' ? null : destroyedAt,
  });
}

export function toWriteCondition({ ifMatch, ifNoneMatch }: Condition): WriteCondition {
  return { ifMatch: ifMatch ?? '', ifNoneMatch: ifNoneMatch ?? '' };
}

export function fromWriteCondition(condition: WriteCondition | null | undefined): Condition {
  const { ifMatch = '', ifNoneMatch = '' } = condition ?? {};
  return { ifMatch: ifMatch === '' ? null : ifMatch, ifNoneMatch: ifNoneMatch === '' ? null : ifNoneMatch };
}
