import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids/ids';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { Clock } from '../../kernel/time/clock';
import { FactorAttemptsPort } from '../users/contract/factor-attempts.port';
import { NoticesPort } from '../users/contract/notices.port';
import type { Enrollment, FactorOwner, FactorVerdict } from './contract/factors.types';
import type { NewTotpKey, OneTimeCodesPort } from './contract/one-time-codes.port';
import { RECOVERY_AMR, TOTP_AMR } from './domain/authentication-methods';
import { factorName } from './domain/factor-name';
import { recoveryCodeHash } from './domain/recovery-codes';
import { isTotpKey, newTotpKey, stepOfCode, totpDigits, totpUri } from './domain/totp';
import { Enrollments } from './enrollments';
import { FactorAudit } from './factor-audit';
import { FactorsRepository } from './storage/factors.repository';
import { type StoredTotp, TotpRepository } from './storage/totp.repository';

const ACTION = 'user.second_factor';
const DEFAULT_NAME = 'Authenticator app';

@Injectable()
export class OneTimeCodesService implements OneTimeCodesPort {
  constructor(
    private readonly factors: FactorsRepository,
    private readonly totps: TotpRepository,
    private readonly keys: TenantKeys,
    private readonly attempts: FactorAttemptsPort,
    private readonly enrollments: Enrollments,
    private readonly notices: NoticesPort,
    private readonly audit: FactorAudit,
    private readonly clock: Clock,
  ) {}

  async prove(owner: FactorOwner, code: string): Promise<FactorVerdict> {
    const digits = totpDigits(code);
    const method = digits === null ? 'recovery_code' : 'totp';
    const { user, ip } = owner;
    const attempt = { tenantId: user.tenantId, userId: user.id, ip };
    const waitSeconds = await this.attempts.begin(attempt);
    if (waitSeconds > 0) {
      await this.audit.refused(owner, ACTION, 'throttled', { method });
      return { proved: false, retryAfterSeconds: waitSeconds };
    }
    const isRight = digits === null ? await this.useRecoveryCode(owner, code) : await this.useTotp(owner, digits);
    if (!isRight) {
      await this.audit.refused(owner, ACTION, 'wrong_code', { method });
      return { proved: false };
    }
    await this.attempts.succeeded(attempt);
    return { proved: true, amr: digits === null ? RECOVERY_AMR : TOTP_AMR };
  }

  newKey({ user }: FactorOwner, issuer: string): NewTotpKey {
    const key = newTotpKey();
    return { key, uri: totpUri(key, issuer, user.email ?? user.displayName) };
  }

  async enroll(owner: FactorOwner, key: string, code: string, name: string): Promise<Enrollment> {
    const { tenantId, id: userId } = owner.user;
    const chosen = factorName(name, DEFAULT_NAME);
    const digits = totpDigits(code);
    const step = digits === null || !isTotpKey(key) ? null : stepOfCode(key, digits, this.clock.nowMs());
    if (step === null) return { enrolled: false, reason: 'wrong' };
    const id = newId('fac', this.clock.nowMs());
    const tenantKey = await this.keys.current(tenantId);
    const sealed = tenantKey.seal(Buffer.from(key), ownerOf(id));
    return this.enrollments.add(owner, 'totp', TOTP_AMR, (tx, now) =>
      this.totps.insert(tx, { tenantId, id, userId, name: chosen, now, keyId: tenantKey.id, sealed, step }),
    );
  }

  private async useTotp(owner: FactorOwner, digits: string): Promise<boolean> {
    const { tenantId, id: userId } = owner.user;
    const nowMs = this.clock.nowMs();
    for (const totp of await this.totps.ofUser(tenantId, userId)) {
      const step = stepOfCode(await this.open(tenantId, totp), digits, nowMs);
      if (step === null) continue;
      return this.factors.changing(tenantId, userId, async (tx) => {
        if (!(await this.totps.useStep(tx, tenantId, userId, totp.id, step, new Date(nowMs)))) return false;
        const metadata = { method: 'totp', factorId: totp.id };
        await this.audit.within(tx, owner, { action: ACTION, resourceId: userId, metadata });
        return true;
      });
    }
    return false;
  }

  private async useRecoveryCode(owner: FactorOwner, code: string): Promise<boolean> {
    const { tenantId, id: userId } = owner.user;
    const hash = recoveryCodeHash(code);
    if (hash === null) return false;
    const used = await this.factors.changing(tenantId, userId, async (tx) => {
      if (!(await this.factors.useRecoveryCode(tx, tenantId, userId, hash))) return false;
      const metadata = { method: 'recovery_code' };
      await this.audit.within(tx, owner, { action: ACTION, resourceId: userId, metadata });
      return true;
    });
    if (used) this.notices.send(owner.user, { kind: 'recovery_code_used' });
    return used;
  }

  private async open(tenantId: string, { id, keyId, sealed }: StoredTotp): Promise<string> {
    const key = await this.keys.byId(tenantId, keyId);
    return key.open(sealed, ownerOf(id)).toString();
  }
}

/** Returns the owner of a sealed key: a key that is moved to a different factor does not open. */
function ownerOf(factorId: string): string {
  return `factors/totp/${factorId}`;
}
