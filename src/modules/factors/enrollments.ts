import { Injectable } from '@nestjs/common';
import type { Tx } from '../../kernel/database/sql';
import { Clock } from '../../kernel/time/clock';
import { NoticesPort } from '../users/contract/notices.port';
import {
  type Enrollment,
  type Factor,
  FACTOR_LIMITS,
  type FactorKind,
  type FactorOwner,
} from './contract/factors.types';
import { newRecoveryCode, recoveryCodeHash } from './domain/recovery-codes';
import { FactorAudit } from './factor-audit';
import { FactorsRepository } from './storage/factors.repository';

/** Adds factors to users. */
@Injectable()
export class Enrollments {
  constructor(
    private readonly repository: FactorsRepository,
    private readonly audit: FactorAudit,
    private readonly notices: NoticesPort,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds a proved factor. The first factor comes with recovery codes.
   * @param insert stores the factor; `null` if it is already there.
   */
  async add(
    owner: FactorOwner,
    kind: FactorKind,
    amr: readonly string[],
    insert: (tx: Tx, now: Date) => Promise<Factor | null>,
  ): Promise<Enrollment> {
    const { tenantId, id: userId } = owner.user;
    const now = new Date(this.clock.nowMs());
    const enrollment = await this.repository.changing(tenantId, userId, async (tx): Promise<Enrollment> => {
      const { factors } = await this.repository.listIn(tx, tenantId, userId);
      if (factors.length >= FACTOR_LIMITS.perUser) return { enrolled: false, reason: 'too_many' };
      const factor = await insert(tx, now);
      if (factor === null) return { enrolled: false, reason: 'known' };
      const recoveryCodes = factors.length === 0 ? await this.replaceCodes(tx, owner, now) : null;
      const metadata = { kind, factorId: factor.id };
      await this.audit.within(tx, owner, { action: 'user.factor.add', resourceId: userId, metadata });
      return { enrolled: true, factor, recoveryCodes, amr };
    });
    if (enrollment.enrolled) this.notices.send(owner.user, { kind: 'factor_added', factor: enrollment.factor.name });
    else await this.audit.refused(owner, 'user.factor.add', enrollment.reason, { kind });
    return enrollment;
  }

  /** Replaces the recovery codes within the caller's transaction. @returns the new codes. */
  async replaceCodes(tx: Tx, { user }: FactorOwner, now: Date): Promise<readonly string[]> {
    const codes = Array.from({ length: FACTOR_LIMITS.recoveryCodes }, newRecoveryCode);
    const hashes = codes.flatMap((code) => recoveryCodeHash(code) ?? []);
    await this.repository.replaceRecoveryCodes(tx, user.tenantId, user.id, hashes, now);
    return codes;
  }
}
