import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { newId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { UsersPort } from '../users/contract/users.port';
import type { User } from '../users/contract/users.types';
import type { Enrollment, FactorOwner, FactorVerdict } from './contract/factors.types';
import type { PasskeyAnswer, PasskeySignIn, PasskeySite, PasskeysPort } from './contract/passkeys.port';
import { DEFAULT_RULE } from './contract/sign-in-rules.types';
import { passkeyAmr } from './domain/authentication-methods';
import { factorName } from './domain/factor-name';
import { passkeyAnswer } from './domain/passkey-answer';
import { Enrollments } from './enrollments';
import { FactorAudit } from './factor-audit';
import { PasskeysRepository, type StoredPasskey } from './storage/passkeys.repository';
import { SignInRulesRepository } from './storage/sign-in-rules.repository';

const SECOND_FACTOR = 'user.second_factor';
const SIGN_IN = 'user.sign_in';
const CHALLENGE_BYTES = 32;
/** The time for which an answered challenge is remembered: longer than any page accepts it. */
const REMEMBERED_MS = 24 * 3_600_000;
/** The time that a device waits for its user. A hint, which browsers may ignore. */
const TIMEOUT_MS = 300_000;
/** EdDSA, ES256 and RS256, which every device supports one of (RFC 9053 §2, RFC 8812 §2). */
const ALGORITHMS = [-8, -7, -257];
const DEFAULT_NAME = 'Passkey';

type Origin = Pick<FactorOwner, 'ip' | 'requestId'>;

/** A passkey whose answer has been verified, with the changes that the answer reported. */
interface Verified {
  readonly passkey: StoredPasskey;
  readonly isUserVerified: boolean;
}

/** The library is loaded when it is needed, because it reads every attestation format at its start. */
const library = () => import('@simplewebauthn/server');

@Injectable()
export class PasskeysService implements PasskeysPort {
  constructor(
    private readonly repository: PasskeysRepository,
    private readonly rules: SignInRulesRepository,
    private readonly users: UsersPort,
    private readonly tenants: TenantsPort,
    private readonly enrollments: Enrollments,
    private readonly audit: FactorAudit,
    private readonly clock: Clock,
  ) {}

  newChallenge(): string {
    return randomBytes(CHALLENGE_BYTES).toString('base64url');
  }

  async requestOptions({ rpId }: PasskeySite, challenge: string, owner: FactorOwner | null): Promise<object> {
    const known = owner === null ? [] : await this.repository.ofUser(owner.user.tenantId, owner.user.id, rpId);
    return {
      challenge,
      rpId,
      timeout: TIMEOUT_MS,
      // A passkey alone must prove two factors. Beside a password, possession of the device is enough.
      userVerification: owner === null ? 'required' : 'preferred',
      ...(owner === null ? {} : { allowCredentials: known.map(descriptor) }),
    };
  }

  async prove(site: PasskeySite, owner: FactorOwner, { challenge, json }: PasskeyAnswer): Promise<FactorVerdict> {
    const { tenantId, id: userId } = owner.user;
    const response = passkeyAnswer(json);
    const passkey = response && (await this.repository.find(tenantId, idOf(response)));
    const verified =
      response && passkey?.userId === userId ? await this.verify(site, passkey, challenge, response, false) : null;
    if (verified === null || !(await this.use(tenantId, owner, verified, challenge, SECOND_FACTOR))) {
      await this.audit.refused(owner, SECOND_FACTOR, 'passkey_not_accepted', { method: 'passkey' });
      return { proved: false };
    }
    return { proved: true, amr: passkeyAmr(verified.passkey.isSynced, verified.isUserVerified, true) };
  }

  async signIn(
    site: PasskeySite,
    onlyTenantId: string | null,
    { challenge, json }: PasskeyAnswer,
    origin: Origin,
  ): Promise<PasskeySignIn> {
    const response = passkeyAnswer(json);
    const found = response && (await this.find(onlyTenantId, response));
    if (!response || !found) {
      await this.audit.refusedUnknown(origin, onlyTenantId, 'unknown_passkey');
      return null;
    }
    const { passkey, user } = found;
    const owner = { ...origin, user };
    const reason = await this.refusal(user);
    if (reason !== null) {
      await this.audit.refused(owner, SIGN_IN, reason, { method: 'passkey' });
      return null;
    }
    const verified = await this.verify(site, passkey, challenge, response, true);
    if (verified === null || !(await this.use(user.tenantId, owner, verified, challenge, SIGN_IN))) {
      await this.audit.refused(owner, SIGN_IN, 'passkey_not_accepted', { method: 'passkey' });
      return null;
    }
    return { user, amr: passkeyAmr(verified.passkey.isSynced, true, false) };
  }

  async creationOptions(
    { rpId }: PasskeySite,
    challenge: string,
    { user }: FactorOwner,
    siteName: string,
  ): Promise<object> {
    const [handle, known] = await Promise.all([
      this.repository.handleOf(user.tenantId, user.id),
      this.repository.ofUser(user.tenantId, user.id, rpId),
    ]);
    const { generateRegistrationOptions } = await library();
    return generateRegistrationOptions({
      rpName: siteName,
      rpID: rpId,
      userID: new Uint8Array(handle),
      userName: user.email ?? user.displayName,
      userDisplayName: user.displayName,
      challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
      timeout: TIMEOUT_MS,
      attestationType: 'none',
      excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId.toString('base64url') })),
      supportedAlgorithmIDs: ALGORITHMS,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  async enroll(site: PasskeySite, owner: FactorOwner, answer: PasskeyAnswer, name: string): Promise<Enrollment> {
    const { tenantId, id: userId } = owner.user;
    const chosen = factorName(name, DEFAULT_NAME);
    const response = passkeyAnswer<RegistrationResponseJSON>(answer.json);
    const { verifyRegistrationResponse } = await library();
    const checked =
      response &&
      (await verifyRegistrationResponse({
        response,
        expectedChallenge: answer.challenge,
        expectedOrigin: [...site.origins],
        expectedRPID: site.rpId,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      }).catch(() => null));
    if (!checked?.verified) {
      await this.audit.refused(owner, 'user.factor.add', 'passkey_not_accepted', { kind: 'passkey' });
      return { enrolled: false, reason: 'wrong' };
    }
    const { credential, credentialBackedUp: isSynced } = checked.registrationInfo;
    const passkey: StoredPasskey = {
      id: newId('fac', this.clock.nowMs()),
      userId,
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      rpId: site.rpId,
      signCount: credential.counter,
      transports: credential.transports ?? [],
      isSynced,
    };
    return this.enrollments.add(owner, 'passkey', passkeyAmr(isSynced, true, true), async (tx, now) => {
      const expiresAt = new Date(now.getTime() + REMEMBERED_MS);
      if (!(await this.repository.useChallenge(tx, tenantId, answer.challenge, expiresAt))) return null;
      return this.repository.insert(tx, tenantId, chosen, passkey, now);
    });
  }

  /** Finds the passkey of an answer, with its user. */
  private async find(
    onlyTenantId: string | null,
    response: AuthenticationResponseJSON,
  ): Promise<{ readonly passkey: StoredPasskey; readonly user: User } | null> {
    const credentialId = idOf(response);
    const tenantId = onlyTenantId ?? (await this.repository.tenantOf(credentialId));
    if (tenantId === null) return null;
    const passkey = await this.repository.find(tenantId, credentialId);
    const user = passkey && (await this.users.find(tenantId, passkey.userId));
    return passkey && user ? { passkey, user } : null;
  }

  /** Returns why a user cannot sign in with a passkey alone; `null` if they can. */
  private async refusal(user: User): Promise<string | null> {
    if ((await this.tenants.find(user.tenantId))?.status !== 'active') return 'tenant_not_active';
    if (user.status !== 'active') return 'user_not_active';
    const { tenant } = await this.rules.find(user.tenantId, null);
    return (tenant ?? DEFAULT_RULE).passkeys ? null : 'method_off';
  }

  /** Verifies an answer with the passkey's key. @returns `null` if it is not acceptable, for whatever reason. */
  private async verify(
    site: PasskeySite,
    passkey: StoredPasskey,
    challenge: string,
    response: AuthenticationResponseJSON,
    requireUserVerification: boolean,
  ): Promise<Verified | null> {
    if (passkey.rpId !== site.rpId) return null;
    const { verifyAuthenticationResponse } = await library();
    const checked = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: [...site.origins],
      expectedRPID: site.rpId,
      credential: {
        id: passkey.credentialId.toString('base64url'),
        publicKey: new Uint8Array(passkey.publicKey),
        counter: passkey.signCount,
        transports: [...passkey.transports],
      },
      requireUserVerification,
    }).catch(() => null);
    if (!checked?.verified) return null;
    const { newCounter, credentialBackedUp, userVerified } = checked.authenticationInfo;
    return {
      passkey: { ...passkey, signCount: newCounter, isSynced: credentialBackedUp },
      isUserVerified: userVerified,
    };
  }

  /** Records the use of a passkey. @returns false if its challenge was answered before, or the passkey has been removed. */
  private async use(
    tenantId: string,
    owner: FactorOwner,
    { passkey }: Verified,
    challenge: string,
    action: string,
  ): Promise<boolean> {
    const now = new Date(this.clock.nowMs());
    return this.repository.inTransaction(tenantId, async (tx) => {
      const expiresAt = new Date(now.getTime() + REMEMBERED_MS);
      if (!(await this.repository.useChallenge(tx, tenantId, challenge, expiresAt))) return false;
      if (!(await this.repository.noteUse(tx, tenantId, passkey, now))) return false;
      const metadata = { method: 'passkey', factorId: passkey.id };
      await this.audit.within(tx, owner, { action, resourceId: owner.user.id, metadata });
      return true;
    });
  }
}

function idOf({ id }: AuthenticationResponseJSON): Buffer {
  return Buffer.from(id, 'base64url');
}

function descriptor({ credentialId, transports }: StoredPasskey): object {
  return { id: credentialId.toString('base64url'), type: 'public-key', transports };
}
