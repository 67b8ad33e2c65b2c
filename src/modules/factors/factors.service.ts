import { Injectable } from '@nestjs/common';
import type { Tx } from '../../kernel/database/sql';
import { AppError } from '../../kernel/errors/app-error';
import { Clock } from '../../kernel/time/clock';
import { NoticesPort } from '../users/contract/notices.port';
import { SignInRequirementsPort } from '../users/contract/sign-in-requirements.port';
import { UsersPort } from '../users/contract/users.port';
import type { User } from '../users/contract/users.types';
import type { FactorsPort } from './contract/factors.port';
import type { Factor, FactorOwner, RemainingStep, SignInPurpose, UserFactors } from './contract/factors.types';
import { DEFAULT_RULE } from './contract/sign-in-rules.types';
import { factorName } from './domain/factor-name';
import { remainingStep, requires } from './domain/remaining-step';
import { Enrollments } from './enrollments';
import { FactorAudit } from './factor-audit';
import { FactorsRepository } from './storage/factors.repository';
import { SignInRulesRepository, type StoredRules } from './storage/sign-in-rules.repository';

@Injectable()
export class FactorsService implements FactorsPort {
  constructor(
    private readonly repository: FactorsRepository,
    private readonly rules: SignInRulesRepository,
    private readonly users: UsersPort,
    private readonly enrollments: Enrollments,
    private readonly notices: NoticesPort,
    private readonly audit: FactorAudit,
    private readonly clock: Clock,
    requirements: SignInRequirementsPort,
  ) {
    requirements.register({ isMet: (tx, user, amr) => this.isMet(tx, user, amr) });
  }

  async remaining(user: User, amr: readonly string[], purpose: SignInPurpose): Promise<RemainingStep> {
    const [rules, factors] = await Promise.all([
      this.rules.find(user.tenantId, purpose.appId),
      this.repository.list(user.tenantId, user.id),
    ]);
    return remaining(user, amr, rules, factors, purpose.twoFactors);
  }

  async allowsPasskeys(tenantId: string, appId: string): Promise<boolean> {
    const { tenant, app } = await this.rules.find(tenantId, appId);
    return (tenant ?? DEFAULT_RULE).passkeys && (app ?? DEFAULT_RULE).passkeys;
  }

  list(tenantId: string, userId: string): Promise<UserFactors> {
    return this.repository.list(tenantId, userId);
  }

  async rename(owner: FactorOwner, factorId: string, name: string): Promise<Factor> {
    const { tenantId, id: userId } = owner.user;
    const chosen = factorName(name, '');
    if (chosen === '') throw new AppError('invalid_request', 'Enter a name.');
    return this.repository.changing(tenantId, userId, async (tx) => {
      const factor = await this.repository.rename(tx, tenantId, userId, factorId, chosen);
      if (factor === null) throw noSuchFactor();
      await this.audit.within(tx, owner, { action: 'user.factor.rename', resourceId: userId, metadata: { factorId } });
      return factor;
    });
  }

  async remove(owner: FactorOwner, factorId: string): Promise<void> {
    const { tenantId, id: userId } = owner.user;
    const now = new Date(this.clock.nowMs());
    const removed = await this.repository.changing(tenantId, userId, async (tx) => {
      const { factors } = await this.repository.listIn(tx, tenantId, userId);
      const factor = factors.find(({ id }) => id === factorId);
      if (factor === undefined) throw noSuchFactor();
      const isLast = factors.length === 1;
      if (isLast && (await this.isNeeded(tx, owner.user))) throw neededFactor();
      await this.repository.remove(tx, tenantId, userId, factorId);
      if (isLast) await this.repository.replaceRecoveryCodes(tx, tenantId, userId, [], now);
      const metadata = { kind: factor.kind, factorId };
      await this.audit.within(tx, owner, { action: 'user.factor.remove', resourceId: userId, metadata });
      return factor;
    });
    this.notices.send(owner.user, { kind: 'factor_removed', factor: removed.name });
  }

  async removeAllWithin(tx: Tx, tenantId: string, userId: string): Promise<void> {
    await this.repository.lock(tx, tenantId, userId);
    await this.repository.removeAll(tx, tenantId, userId);
  }

  async newRecoveryCodes(owner: FactorOwner): Promise<readonly string[]> {
    const { tenantId, id: userId } = owner.user;
    const now = new Date(this.clock.nowMs());
    const codes = await this.repository.changing(tenantId, userId, async (tx) => {
      const { factors } = await this.repository.listIn(tx, tenantId, userId);
      if (factors.length === 0) {
        throw new AppError(
          'conflict',
          'Recovery codes replace a lost factor. Add a passkey or an authenticator app first.',
        );
      }
      await this.audit.within(tx, owner, { action: 'user.recovery_codes.replace', resourceId: userId });
      return this.enrollments.replaceCodes(tx, owner, now);
    });
    this.notices.send(owner.user, { kind: 'recovery_codes_replaced' });
    return codes;
  }

  /** Returns whether a session can start: the last check, whatever the path on which a user signs in. */
  private async isMet(tx: Tx, user: User, amr: readonly string[]): Promise<boolean> {
    const rules = await this.rules.findIn(tx, user.tenantId, null);
    const factors = await this.repository.listIn(tx, user.tenantId, user.id);
    return remaining(user, amr, rules, factors, false).step === 'none';
  }

  /** Returns whether a user cannot do without their last factor. */
  private async isNeeded(tx: Tx, user: User): Promise<boolean> {
    const { tenant } = await this.rules.findIn(tx, user.tenantId, null);
    return requires(tenant ?? DEFAULT_RULE, user.role) || !(await this.users.hasPassword(user.tenantId, user.id));
  }
}

function remaining(
  { role }: User,
  amr: readonly string[],
  { tenant, app }: StoredRules,
  { factors, recoveryCodes }: UserFactors,
  isDemanded: boolean,
): RemainingStep {
  const kinds = factors.map(({ kind }) => kind);
  const tenantRule = tenant ?? DEFAULT_RULE;
  return remainingStep({ amr, role, kinds, recoveryCodes, tenantRule, appRule: app, isDemanded });
}

function noSuchFactor(): AppError {
  return new AppError('not_found', 'There is no such factor.');
}

function neededFactor(): AppError {
  return new AppError('conflict', 'You need this factor to sign in. Add another one before you remove it.');
}
