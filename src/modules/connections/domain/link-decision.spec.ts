import type { AddressedUser } from '../../users/contract/users.types';
import { decideLink, type LinkFacts } from './link-decision';
import { oidcProfile, type UpstreamProfile } from './upstream-profile';

const USER: AddressedUser = {
  id: 'usr-ada',
  tenantId: 'tnt-a',
  email: 'ada@acme.example',
  emailVerified: true,
  displayName: 'Ada',
  avatarUrl: null,
  role: 'member',
  status: 'active',
  locale: null,
  credentialVersion: 0,
  createdAtMs: 0,
  updatedAtMs: 0,
};

function asserted(claims: Readonly<Record<string, unknown>> = {}): UpstreamProfile {
  const all = { sub: '1', email: 'ada@acme.example', email_verified: true, ...claims };
  return oidcProfile('https://idp.example.com', all, { subject: ['sub'], verified: ['email_verified'] });
}

function decide(facts: Partial<LinkFacts>) {
  return decideLink({
    profile: asserted(),
    linked: null,
    account: null,
    provisioning: 'off',
    domains: ['acme.example'],
    isEnforcedElsewhere: false,
    ...facts,
  });
}

describe('a linked identity', () => {
  it('signs in its user, whatever the address says now', () => {
    const other = { ...USER, id: 'usr-other', email: 'new@acme.example' };
    const profile = asserted({ email: 'new@acme.example' });
    expect(decide({ profile, linked: USER, account: other })).toEqual({ next: 'sign_in', user: USER });
    expect(decide({ profile: asserted({ email: undefined }), linked: USER })).toMatchObject({ next: 'sign_in' });
  });

  it.each(['suspended', 'deactivated', 'invited'] as const)('does not sign in a user who is %s', (status) => {
    expect(decide({ linked: { ...USER, status } })).toEqual({ next: 'refuse', reason: 'user_not_active' });
  });

  it('does not bypass a connection that others must use', () => {
    const refusal = { next: 'refuse', reason: 'other_connection_required' };
    expect(decide({ linked: USER, isEnforcedElsewhere: true })).toEqual(refusal);
    expect(decide({ account: USER, isEnforcedElsewhere: true })).toEqual(refusal);
  });
});

describe('a new identity', () => {
  it('gets the account with its address if the provider is authoritative for it', () => {
    expect(decide({ account: USER })).toEqual({ next: 'claim', user: USER });
    expect(decide({ account: { ...USER, status: 'invited' } })).toMatchObject({ next: 'claim' });
  });

  it.each<[string, Partial<LinkFacts>]>([
    ['an address that is not verified', { profile: asserted({ email_verified: false }) }],
    ['an address in another domain', { domains: [] }],
    ['the account of an owner', { account: { ...USER, role: 'owner' } }],
  ])('proves the account first: %s', (_, facts) => {
    expect(decide({ account: USER, ...facts })).toEqual({ next: 'prove' });
  });

  it.each(['suspended', 'deactivated'] as const)('does not revive an account that is %s', (status) => {
    expect(decide({ account: { ...USER, status } })).toEqual({ next: 'refuse', reason: 'user_not_active' });
  });

  it('does not reveal whether an account exists, unless accounts are created', () => {
    for (const profile of [asserted({ email_verified: false }), asserted({ email: 'ada@other.example' })]) {
      for (const provisioning of ['off', 'verified_domains'] as const) {
        expect(decide({ profile, provisioning, account: null })).toEqual(
          decide({ profile, provisioning, account: USER }),
        );
      }
    }
  });

  it('gets a new account only with a verified address that the connection covers', () => {
    const created = { next: 'create', email: 'ada@acme.example', emailVerified: true };
    expect(decide({ provisioning: 'verified_domains' })).toEqual(created);
    expect(decide({ provisioning: 'all' })).toEqual(created);
    expect(decide({ provisioning: 'off' })).toEqual({ next: 'prove' });
    expect(decide({ provisioning: 'verified_domains', domains: [] })).toEqual({ next: 'prove' });
    expect(decide({ provisioning: 'all', profile: asserted({ email_verified: false }) })).toEqual({ next: 'prove' });
    expect(decide({ provisioning: 'all', profile: asserted({ email: 'nothing' }) })).toEqual({ next: 'prove' });
  });

  it('leaves the address of a new account unverified if the provider is not authoritative', () => {
    expect(decide({ provisioning: 'all', domains: [] })).toMatchObject({ next: 'create', emailVerified: false });
  });
});
