import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/time/clock';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import { PasswordGatePort } from '../contract/password-gate.port';
import type { AddressedUser } from '../contract/users.types';
import { browserHash, signInCodeHash, typedSignInCode } from '../domain/sign-in-code';
import { AccountRulesRepository } from '../storage/account-rules.repository';
import { SignInCodesRepository } from '../storage/sign-in-codes.repository';
import { UsersRepository } from '../storage/users.repository';
import { type MethodVerdict, refused, type SignInRefusal, throttled } from './method-verdict';
import { type Attempted, SignInLimits } from './sign-in-limits';

/** Maximum number of attempts per code. */
const MAX_ATTEMPTS = 5;

export interface EmailCodeAttempt extends Attempted {
  readonly tenantId: string;
  readonly code: string;
  readonly browserId: string;
}

/** Signs in with a code from a mail. */
@Injectable()
export class EmailCodeMethod {
  constructor(
    private readonly users: UsersRepository,
    private readonly codes: SignInCodesRepository,
    private readonly rules: AccountRulesRepository,
    private readonly tenants: TenantsPort,
    private readonly gate: PasswordGatePort,
    private readonly limits: SignInLimits,
    private readonly clock: Clock,
  ) {}

  /** Counts the attempt like one with a password, so that the two methods together allow no more guesses than one. */
  async prove(attempt: EmailCodeAttempt): Promise<MethodVerdict> {
    if (!(await this.limits.begin(attempt))) return throttled(await this.limits.waitSeconds(attempt));
    const user = await this.users.findByEmail(attempt.tenantId, attempt.emailKey);
    const refusal = user === null ? 'unknown_address' : await this.refusal(user, attempt);
    if (user === null || refusal !== null) return refused(refusal ?? 'unknown_address', user);
    await this.limits.succeeded(attempt);
    return { signedIn: true, user };
  }

  private async refusal(
    user: AddressedUser,
    { tenantId, code, browserId }: EmailCodeAttempt,
  ): Promise<SignInRefusal | null> {
    if ((await this.tenants.find(tenantId))?.status !== 'active') return 'tenant_not_active';
    if (!(await this.rules.find(tenantId)).emailCodes) return 'method_off';
    if (user.status !== 'active') return 'user_not_active';
    if (await this.gate.isRefused(tenantId, user.email)) return 'password_not_allowed';
    const typed = typedSignInCode(code);
    if (typed === null || browserId === '') return 'wrong_code';
    const owner = { tenantId, userId: user.id, browserHash: browserHash(browserId) };
    const now = new Date(this.clock.nowMs());
    const fits = await this.codes.use(owner, (id) => signInCodeHash(id, typed), MAX_ATTEMPTS, now);
    return fits ? null : 'wrong_code';
  }
}
