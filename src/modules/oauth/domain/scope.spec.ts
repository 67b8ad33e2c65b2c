import { aClient } from '../../../../test/support/a-client';
import { grantMachineScopes, grantScopes, narrowScopes } from './scope';

const client = aClient({ declaredScopes: ['read', 'write', 'admin', 'a:b/c.d'], defaultScopes: ['read'] });

describe('the scopes to grant', () => {
  it.each([undefined, '', ' ', '   '])('are the default ones when %j is asked', (requested) => {
    expect(grantScopes(requested, client)).toEqual(['read']);
  });

  it('are none for an app without default scopes that asks for none', () => {
    expect(grantScopes(undefined, { ...client, defaultScopes: [] })).toEqual([]);
  });

  it('are the requested ones, in the requested order, without the default ones', () => {
    expect(grantScopes('write a:b/c.d', client)).toEqual(['write', 'a:b/c.d']);
  });

  it('are each granted once, however often and with how many blanks it is asked', () => {
    expect(grantScopes('  write read  write ', client)).toEqual(['write', 'read']);
  });

  it.each(['other', 'read other', 'READ', 'rea', 'read.write', '*', 'read*'])(
    'are none at all when one of %j is not declared: nothing is silently left out',
    (requested) => {
      expect(() => grantScopes(requested, client)).toThrow(expect.objectContaining({ code: 'invalid_scope' }));
    },
  );

  // RFC 6749 §3.3: %x21 / %x23-5B / %x5D-7E.
  it.each([
    're"ad',
    'read wri"te',
    're\\ad',
    'read\twrite',
    'read\nwrite',
    'réad',
    'read\u0000',
    'read\u007f',
    'read\u00a0write',
  ])('cannot have the characters of %j', (requested) => {
    expect(() => grantScopes(requested, client)).toThrow(/character/);
  });

  it('are at most a hundred, counted once each', () => {
    const declaredScopes = Array.from({ length: 101 }, (_, index) => `s${index}`);
    const many = { ...client, declaredScopes };
    expect(grantScopes(declaredScopes.slice(0, 100).join(' '), many)).toHaveLength(100);
    expect(() => grantScopes(declaredScopes.join(' '), many)).toThrow(/at most 100/);
    expect(grantScopes(Array.from({ length: 500 }, () => 'read').join(' '), client)).toEqual(['read']);
  });

  it('are refused in words that repeat no more than a scope’s length of what was sent', () => {
    expect(() => grantScopes('x'.repeat(10_000), client)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,250}$/) }),
    );
  });
});

describe('the scopes of an app’s own token', () => {
  const own = aClient({ declaredScopes: ['openid', 'read'], defaultScopes: ['openid', 'read'] });

  it('have none that is about a person', () => {
    expect(grantMachineScopes(undefined, own)).toEqual(['read']);
    expect(grantMachineScopes('read', own)).toEqual(['read']);
    for (const asked of ['openid', 'read openid']) {
      expect(() => grantMachineScopes(asked, own)).toThrow(expect.objectContaining({ code: 'invalid_scope' }));
    }
  });
});

describe('the scopes of a refresh', () => {
  it.each([undefined, '', ' '])('are all that were granted when %j is asked', (asked) => {
    expect(narrowScopes(asked, ['read', 'write'])).toEqual(['read', 'write']);
  });

  it('are those that are asked, and none that was not granted', () => {
    expect(narrowScopes('write', ['read', 'write'])).toEqual(['write']);
    for (const asked of ['admin', 'read admin', 'reader']) {
      expect(() => narrowScopes(asked, ['read', 'write'])).toThrow(expect.objectContaining({ code: 'invalid_scope' }));
    }
  });

  it('are refused in words that repeat no more than a scope’s length of what was sent', () => {
    expect(() => narrowScopes('x'.repeat(10_000), ['read'])).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,250}$/) }),
    );
  });
});
