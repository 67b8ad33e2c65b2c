import type { Belonging } from './accounts.types';

/** What a module keeps that names a user, and what becomes of it when they are deleted. */
export interface UserBelongings extends Omit<Belonging, 'count'> {
  /** How much of it there is; `null` where it is not counted. */
  readonly count: (tenantId: string, userId: string) => Promise<number | null>;
}

/**
 * Where modules of this process say what becomes of what they keep of a user, for the answer to a deletion. What must be
 * done besides, they do when the change feed tells of it (`USER_DELETIONS_TOPIC`).
 */
export abstract class UserBelongingsPort {
  abstract register(belongings: UserBelongings): void;

  /** All that have registered, in that order, counted. */
  abstract of(tenantId: string, userId: string): Promise<readonly Belonging[]>;
}
