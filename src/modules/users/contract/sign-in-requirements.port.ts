import type { Tx } from '../../../kernel/database/sql';
import type { User } from './users.types';

/** A rule that a sign-in must satisfy before its session starts, from a module that this one does not know about. */
export interface SignInRequirement {
  /** @param amr what the user has proved (RFC 8176). Runs within the transaction that starts the session. */
  isMet(tx: Tx, user: User, amr: readonly string[]): Promise<boolean>;
}

/** The requirements that every session must satisfy, on whatever path the user signs in. */
export abstract class SignInRequirementsPort {
  abstract register(requirement: SignInRequirement): void;

  /** Returns whether all requirements are met. Throws in a process without any requirement, so that none can be forgotten. */
  abstract areMet(tx: Tx, user: User, amr: readonly string[]): Promise<boolean>;
}
