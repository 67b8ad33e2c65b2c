import { accessTokenClaims } from '../../contract/access-token.types';
import { claimNameFault, copiedMember, RESERVED_CLAIMS } from './reserved-claims';

const NAMED =
  'iss sub aud exp nbf iat jti client_id azp scope tenant_id roles role permissions groups sid acr amr act cnf auth_time ' +
  'nonce at_hash c_hash s_hash token_use typ email_verified tenant_slug app_id user_id grant_id credential_id grant_type ' +
  'principal_type parent_jtis active token_type updated_at may_act';

describe('a reserved claim', () => {
  it.each(NAMED.split(' '))('is refused: %s', (claim) => {
    expect(claimNameFault(claim)).toBe(`The claim "${claim}" is reserved.`);
  });

  it('is every claim that the product reads from a token', () => {
    for (const claim of Object.keys(accessTokenClaims.shape)) expect(RESERVED_CLAIMS).toContain(claim);
  });

  it.each(['SUB', 'Tenant_ID', 'tenantId', 'tenant-id', 'TENANT.ID', 'r_o_l_e', 'Email', 'NAME', 'e_mail'])(
    'is refused in a different spelling: %s',
    (claim) => {
      expect(claimNameFault(claim)).toContain('is reserved');
    },
  );

  it.each([
    ['Cyrillic letters', '\u0455ub'],
    ['a full-width letter', 'su\uff42'],
    ['a zero-width space', 'sub\u200b'],
    ['a soft hyphen', 's\u00adub'],
    ['a trailing space', 'sub '],
    ['a NUL', 'sub\0'],
    ['a line feed', 'sub\n'],
    ['a combining mark', 'sub\u0301'],
  ])('is refused if a name only looks like it: %s', (_what, claim) => {
    expect(claimNameFault(claim)).toContain('A claim name is a letter');
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', '1st', '_x', 'a'.repeat(65)])(
    'or unusable name is refused: %p',
    (claim) => {
      expect(claimNameFault(claim)).toContain('A claim name is a letter');
    },
  );
});

describe('a claim of a tenant', () => {
  it.each(['department', 'https://acme.example/plan', 'cost-center', 'plan', 'a'.repeat(64), 'given_name'])(
    'can be called %s',
    (claim) => {
      expect(claimNameFault(claim)).toBeNull();
    },
  );

  it('can repeat what the product itself says about the user, and nothing else under that name', () => {
    expect(['name', 'email', 'locale', 'picture'].map((claim) => claimNameFault(claim))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(copiedMember('email')).toBe('email');
    expect(copiedMember('department')).toBeNull();
  });
});
