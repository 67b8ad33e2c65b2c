import { Injectable } from '@nestjs/common';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import { PasswordGatePort } from '../contract/password-gate.port';
import { PasswordHasher } from '../passwords/password-hasher';
import { type Credentials, UsersRepository } from '../storage/users.repository';
import { type MethodVerdict, refused, type SignInRefusal, throttled } from './method-verdict';
import { type Attempted, SignInLimits } from './sign-in-limits';

export interface PasswordAttempt extends Attempted {
  readonly password: string;
  /** The connection for which the password proves an account; `null` for a sign-in with the password itself. */
  readonly through: string | null;
}

/**
 * Without a tenant, the password is compared with this many accounts with the address, always the same number, so that timing does not
 * reveal how many accounts exist. For an address with more accounts, the user must name the tenant.
 */
const ANYWHERE_ACCOUNTS = 2;

/** An account that an attempt might target. */
interface Candidate extends Credentials {
  readonly refusal: SignInRefusal | null;
}

/** Signs in with an email address and a password. Computes the same number of hashes, regardless of the reason for a failure. */
@Injectable()
export class PasswordMethod {
  constructor(
    private readonly users: UsersRepository,
    private readonly tenants: TenantsPort,
    private readonly hasher: PasswordHasher,
    private readonly limits: SignInLimits,
    private readonly gate: PasswordGatePort,
  ) {}

  async prove(attempt: PasswordAttempt): Promise<MethodVerdict> {
    const waitSeconds = await this.limits.waitSeconds(attempt);
    if (waitSeconds > 0) return throttled(waitSeconds);
    // The attempt is counted after a hasher slot is free: an attempt that is rejected for lack of capacity has not been evaluated.
    return this.hasher.inTurn(async () => {
      if (!(await this.limits.begin(attempt))) return throttled(await this.limits.waitSeconds(attempt));
      return this.compare(attempt);
    });
  }

  private async compare(attempt: PasswordAttempt): Promise<MethodVerdict> {
    const { tenantId, emailKey, password, ip, through } = attempt;
    const anywhere = tenantId === null;
    const candidates = anywhere
      ? await this.candidatesAnywhere(emailKey, ip)
      : [await this.candidate(tenantId, emailKey, through)];
    const compared = candidates.slice(0, anywhere ? ANYWHERE_ACCOUNTS : 1);
    const fits: Candidate[] = [];
    for (const candidate of compared) {
      const matched = await this.hasher.matches(candidate?.passwordHash ?? null, password);
      if (matched && candidate) fits.push(candidate);
    }
    const known = candidates.filter((candidate) => candidate !== null);
    if (known.length > compared.length || fits.length > 1) return refused('several_accounts', null);
    const [fit] = fits;
    if (!fit) return refused(whyNot(known), known[0]?.user ?? null);
    if (fit.refusal !== null) return refused(fit.refusal, fit.user);
    await this.accept(attempt, fit, known.length);
    return { signedIn: true, user: fit.user };
  }

  /** Returns one candidate more than will be compared, to detect whether there are too many. */
  private async candidatesAnywhere(emailKey: string, ip: string): Promise<readonly (Candidate | null)[]> {
    const tenantIds = await this.users.tenantsOfEmail(emailKey, ANYWHERE_ACCOUNTS + 1);
    return Promise.all(
      // The number of queries does not depend on the number of tenants. No tenant has an empty id.
      Array.from({ length: ANYWHERE_ACCOUNTS + 1 }, async (_, i) => {
        const tenantId = tenantIds[i] ?? '';
        const candidate = await this.candidate(tenantId, emailKey, null);
        // Guesses that are throttled in a tenant must not succeed on this path either, and the caller must not notice the throttling.
        const blocked = await this.limits.isBlocked(tenantId, emailKey, ip);
        return candidate && blocked ? { ...candidate, refusal: 'throttled' as const } : candidate;
      }),
    );
  }

  private async candidate(tenantId: string, emailKey: string, through: string | null): Promise<Candidate | null> {
    const [credentials, tenant, isGated] = await Promise.all([
      this.users.credentials(tenantId, emailKey),
      this.tenants.find(tenantId),
      this.gate.isRefused(tenantId, emailKey, through),
    ]);
    if (!credentials) return null;
    if (tenant?.status !== 'active') return { ...credentials, refusal: 'tenant_not_active' };
    if (credentials.user.status !== 'active') return { ...credentials, refusal: 'user_not_active' };
    return { ...credentials, refusal: isGated ? 'password_not_allowed' : null };
  }

  /** Completes a sign-in with the right password: clears failures, and updates an outdated hash. */
  private async accept(attempt: PasswordAttempt, { user, passwordHash }: Candidate, accounts: number): Promise<void> {
    // If the address also has accounts in other tenants, the failures might belong to those accounts.
    if (attempt.tenantId !== null || accounts === 1) await this.limits.succeeded(attempt);
    else await this.limits.takeBack(attempt);
    if (passwordHash === null || !this.hasher.isOutdated(passwordHash, attempt.password)) return;
    await this.users.rehash(user.tenantId, user.id, passwordHash, await this.hasher.compute(attempt.password));
  }
}

function whyNot([first]: readonly Credentials[]): SignInRefusal {
  if (!first) return 'unknown_address';
  return first.passwordHash === null ? 'no_password' : 'wrong_password';
}
