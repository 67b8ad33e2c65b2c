import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { type Principal, principalOf } from '../auth/contract/principal.types';
import type { SkillDefinition } from './contract/skill-definition.types';
import { SKILL_LIMITS } from './contract/skill-limits';
import type { AliasOrder, RegisteredSkill, SigningRotation, SigningSecret, Skill } from './contract/skills.types';
import { SkillsPort } from './contract/skills.port';
import { builtinSkill } from './domain/builtin-skills';
import { SkillDefinitions } from './skill-definitions';
import { SkillReads } from './skill-reads';
import { SkillSigning } from './skill-signing';
import { AliasesRepository } from './storage/aliases.repository';
import { SigningRepository } from './storage/signing.repository';
import { type CheckedVersion, SkillsRepository, type SkillWrite } from './storage/skills.repository';

/** The repositories for writing skills. */
@Injectable()
export class SkillStores {
  constructor(
    readonly skills: SkillsRepository,
    readonly aliases: AliasesRepository,
    readonly signing: SigningRepository,
  ) {}
}

@Injectable()
export class SkillsService extends SkillReads implements SkillsPort {
  constructor(
    private readonly stores: SkillStores,
    private readonly definitions: SkillDefinitions,
    private readonly signing: SkillSigning,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {
    super(stores.skills);
  }

  register(
    context: CallContext,
    name: string,
    definition: SkillDefinition,
    expected: ExpectedVersions,
  ): Promise<RegisteredSkill> {
    assertOwn(name);
    const { tenantId } = writeOf(context, name);
    const before = async () => ({
      version: await this.definitions.check(context, definition),
      secret: definition.runtime === 'http' ? await this.signing.newSecret(tenantId, name) : null,
    });
    const request = { action: 'skill.register', input: { name, definition } };
    return this.writes.onceAfter(context, request, before, async (tx, { version, secret }) => {
      const write = writeOf(context, name);
      const owner = isOfOwner(definition) ? principalOf(context, this.clock.nowMs()) : null;
      const isNew = await this.addVersion(tx, write, version, owner, expected);
      const isFirstSecret = secret !== null && !(await this.stores.signing.has(tx, write));
      if (isFirstSecret) await this.stores.signing.replace(tx, write, secret, 0);
      const skill = await this.within(tx, context, name);
      const { hash, runtime } = skill;
      await this.stage(tx, context, 'skill.register', skill, {
        ...{ version: skill.version, hash, runtime, isNew },
        ...(owner === null ? {} : { runAs: 'owner' }),
      });
      return { ...skill, isNew, signingSecret: isFirstSecret ? secret.secret : null };
    });
  }

  remove(context: CallContext, name: string, expected: ExpectedVersions): Promise<void> {
    assertOwn(name);
    return this.writes.once(context, { action: 'skill.delete', input: { name } }, async (tx) => {
      const skill = await this.within(tx, context, name);
      if (!(await this.stores.skills.remove(tx, writeOf(context, name), expected))) throw changedMeanwhile();
      await this.stage(tx, context, 'skill.delete', skill, { versions: skill.version });
    });
  }

  setAlias(
    context: CallContext,
    name: string,
    alias: string,
    { version }: AliasOrder,
    expected: ExpectedVersions,
  ): Promise<Skill> {
    const request = { action: 'skill.alias.set', input: { name, alias, version } };
    return this.changeAlias(context, name, request, expected, (tx) => this.point(tx, context, name, alias, version));
  }

  rollback(context: CallContext, name: string, alias: string): Promise<Skill> {
    const request = { action: 'skill.alias.rollback', input: { name, alias } };
    return this.changeAlias(context, name, request, null, async (tx) => {
      const previous = await this.stores.aliases.previous(tx, writeOf(context, name), alias);
      if (previous === undefined) throw noSuchAlias();
      if (previous === null) throw new AppError('conflict', `The alias "${alias}" has no previous version.`);
      return this.point(tx, context, name, alias, previous);
    });
  }

  removeAlias(context: CallContext, name: string, alias: string, expected: ExpectedVersions): Promise<Skill> {
    const request = { action: 'skill.alias.delete', input: { name, alias } };
    return this.changeAlias(context, name, request, expected, async (tx) => {
      if (!(await this.stores.aliases.remove(tx, writeOf(context, name), alias))) throw noSuchAlias();
      return {};
    });
  }

  async rotateSecret(context: CallContext, name: string, { overlapSeconds }: SigningRotation): Promise<SigningSecret> {
    assertOwn(name);
    const { tenantId } = writeOf(context, name);
    // Checked first, so that no data key is created for a skill that does not exist.
    await this.get(context, name);
    const secret = await this.signing.newSecret(tenantId, name);
    const request = { action: 'skill.rotate_secret', input: { name, overlapSeconds } };
    return this.writes.once(context, request, async (tx) => {
      const skill = await this.within(tx, context, name);
      if (skill.runtime !== 'http' && !(await this.stores.signing.has(tx, writeOf(context, name)))) {
        throw new AppError('conflict', 'Only calls made by the "http" runtime are signed.');
      }
      await this.stores.signing.replace(tx, writeOf(context, name), secret, overlapSeconds);
      await this.stage(tx, context, 'skill.rotate_secret', skill, { overlapSeconds });
      return { signingSecret: secret.secret };
    });
  }

  /** @returns true when the version differs from the newest version. */
  private async addVersion(
    tx: Tx,
    write: SkillWrite,
    version: CheckedVersion,
    owner: Principal | null,
    expected: ExpectedVersions,
  ): Promise<boolean> {
    const { skills } = this.stores;
    const count = await skills.lock(tx, write.tenantId);
    const current = await skills.findWithin(tx, write.tenantId, write.name);
    if (expected !== null && (current === null || !expected.includes(current.revision))) throw changedMeanwhile();
    // If code runs with its owner's rights, the principal that registers it becomes the owner.
    if (current?.hash === version.hash && owner === null) return false;
    if (current === null && count >= SKILL_LIMITS.maxSkills) {
      throw new AppError('conflict', `A tenant can have at most ${SKILL_LIMITS.maxSkills} skills. Delete one first.`);
    }
    await skills.addVersion(tx, write, version, owner);
    return true;
  }

  private changeAlias(
    context: CallContext,
    name: string,
    request: { readonly action: string; readonly input: unknown },
    expected: ExpectedVersions,
    change: (tx: Tx) => Promise<Readonly<Record<string, unknown>>>,
  ): Promise<Skill> {
    assertOwn(name);
    return this.writes.once(context, request, async (tx) => {
      await this.within(tx, context, name);
      if (!(await this.stores.skills.touch(tx, writeOf(context, name), expected))) throw changedMeanwhile();
      const metadata = await change(tx);
      const skill = await this.within(tx, context, name);
      await this.stage(tx, context, request.action, skill, metadata);
      return skill;
    });
  }

  private async point(
    tx: Tx,
    context: CallContext,
    name: string,
    alias: string,
    version: number,
  ): Promise<Readonly<Record<string, unknown>>> {
    const refusal = await this.stores.aliases.set(tx, writeOf(context, name), alias, version);
    if (refusal === 'no version') throw new AppError('not_found', `There is no version ${version} of this skill.`);
    if (refusal !== null)
      throw new AppError('conflict', `A skill can have at most ${SKILL_LIMITS.maxAliases} aliases.`);
    return { alias, version };
  }

  private async within(tx: Tx, context: CallContext, name: string): Promise<Skill> {
    const skill = await this.stores.skills.findWithin(tx, requireTenant(context), name);
    if (skill === null) throw noSuchSkill();
    return skill;
  }

  private stage(
    tx: Tx,
    context: CallContext,
    action: string,
    { name }: Skill,
    metadata: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const audited = { action, resourceType: 'skill', resourceId: name, metadata };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()), { name, ...metadata }));
  }
}

function writeOf(context: CallContext, name: string): SkillWrite {
  return { tenantId: requireTenant(context), name, actorId: context.actor.id };
}

function assertOwn(name: string): void {
  if (builtinSkill(name) !== null) {
    throw new AppError('conflict', `"${name}" is a built-in skill, which cannot be changed. Use a different name.`);
  }
}

function noSuchSkill(): AppError {
  return new AppError('not_found', 'There is no such skill.');
}

function noSuchAlias(): AppError {
  return new AppError('not_found', 'There is no such alias.');
}

function isOfOwner(definition: SkillDefinition): boolean {
  return definition.runtime === 'javascript' && definition.runAs === 'owner';
}
