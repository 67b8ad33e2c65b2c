import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { Page } from '../../../kernel/lists/page';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { SkillDefinition } from './skill-definition.types';
import type {
  AliasOrder,
  RegisteredSkill,
  SigningRotation,
  SigningSecret,
  Skill,
  SkillQuery,
  SkillVersion,
  SkillVersionQuery,
  WholeSkillVersion,
} from './skills.types';

/**
 * The skills of the caller's tenant: functions that the tenant registers and its apps and agents run. Versions never change; aliases select
 * the version to run. Built-in skills (`builtin`) are available to every tenant and cannot be changed. Another tenant's skill is treated as
 * `not_found`.
 */
export abstract class SkillsPort {
  /**
   * Registers a version as the newest version. Does not create a version if the newest version has the same definition.
   * Errors: `invalid_request` with a pointer for each fault in the schemas and the URL, and with line and column for faults in the source.
   * `forbidden` for a grant beyond the caller's permissions. `conflict` if the name belongs to a built-in skill or the tenant has reached
   * its limit of skills; `precondition_failed`; `unavailable` when too many checks are running.
   */
  abstract register(
    context: CallContext,
    name: string,
    definition: SkillDefinition,
    expected: ExpectedVersions,
  ): Promise<RegisteredSkill>;

  /** Returns a page of skills, sorted by name. */
  abstract list(context: CallContext, query: SkillQuery): Promise<CountedPage<Skill>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, name: string): Promise<Skill>;

  /**
   * Deletes a skill, including all its versions and aliases. Runs that have started continue. Errors: `not_found`, `conflict` for a
   * built-in skill, `precondition_failed`.
   */
  abstract remove(context: CallContext, name: string, expected: ExpectedVersions): Promise<void>;

  /** Errors: `not_found`. */
  abstract versions(context: CallContext, name: string, query: SkillVersionQuery): Promise<Page<SkillVersion>>;

  /** Errors: `not_found`. */
  abstract version(context: CallContext, name: string, version: number): Promise<WholeSkillVersion>;

  /**
   * Points an alias at a version, starting with the next run. Errors: `not_found`, including for the version; `conflict` beyond
   * `maxAliases`; `precondition_failed`.
   */
  abstract setAlias(
    context: CallContext,
    name: string,
    alias: string,
    order: AliasOrder,
    expected: ExpectedVersions,
  ): Promise<Skill>;

  /**
   * Points an alias back at its previous version. Errors: `not_found`; `conflict` when there is no previous version, or that version no
   * longer exists.
   */
  abstract rollback(context: CallContext, name: string, alias: string): Promise<Skill>;

  /** Deletes an alias. Errors: `not_found`, including for the alias; `precondition_failed`. */
  abstract removeAlias(context: CallContext, name: string, alias: string, expected: ExpectedVersions): Promise<Skill>;

  /** Creates a new secret for calls of the `http` runtime. Errors: `not_found`; `conflict` for a skill that has never had a secret. */
  abstract rotateSecret(context: CallContext, name: string, rotation: SigningRotation): Promise<SigningSecret>;
}
