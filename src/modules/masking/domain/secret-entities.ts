import { ENTITIES } from '../engine/entities';

const SECRET_ENTITIES: ReadonlySet<string> = new Set(ENTITIES.flatMap(({ name, secret }) => (secret ? [name] : [])));

/** Whether an entity opens something (a key, a token, a password) rather than identifying somebody. */
export function isSecretEntity(name: string): boolean {
  return SECRET_ENTITIES.has(name);
}
