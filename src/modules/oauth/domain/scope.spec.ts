import { aClient } from '../../../../test/support/a-client';
import { grantMachineScopes, grantScopes, narrowScopes } from './scope';

const client = aClient({ declaredScopes: ['read', 'write', 'admin', 'a:b/c.d'], defaultScopes: ['read'] });

describe('the scopes to grant', () => {
  it.each([undefined, '', ' ', '   '])('are the defaults for the request %j', (requested) => {
    expect(grantScopes(requested, client)).toEqual(['read']);
  });

  it('are empty for an app without default scopes that does not request any', () => {
    expect(grantScopes(undefined, { ...client, defaultScopes: [] })).toEqual([]);
  });

  it('are the requested scopes, in the requested order, without the defaults', () => {
    expect(grantScopes('write a:b/c.d', client)).toEqual(['write', 'a:b/c.d']);
  });

  it('are deduplicated, and extra spaces are ignored', () => {
    expect(grantScopes('  write read  write ', client)).toEqual(['write', 'read']);
  });

  it.each(['other', 'read other', 'READ', 'rea', 'read.write', '*', 'read*'])(
    'are refused as a whole for %j, because one is not declared',
    (requested) => {
      expect(() => grantScopes(requested, client)).toThrow(expect.objectContaining({ code: 'invalid_scope' }));
    },
  );

  it.each([
    ['orders.read', 'To add it: npx coresdk apps add-scope app-shop orders.read'],
    ['introspect', 'Only an administrator can add it: npx coresdk apps add-scope app-shop introspect'],
  ])('are refused with the command that declares %s', (scope, command) => {
    expect(() => grantScopes(scope, { ...client, clientId: 'app-shop' })).toThrow(
      `This app has not declared the scope "${scope}". ${command}`,
    );
  });

  it.each(['platform.admin', '$(reboot)', 'a;b', '`id`', '--default', "it's"])(
    'are refused without a command for %s, which no command can declare, or which a shell interprets',
    (scope) => {
      expect(() => grantScopes(scope, client)).toThrow(/^This app has not declared the scope "[^"]*"\.$/);
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
  ])('cannot contain the characters in %j', (requested) => {
    expect(() => grantScopes(requested, client)).toThrow(/character/);
  });

  it('are limited to 100, not counting duplicates', () => {
    const declaredScopes = Array.from({ length: 101 }, (_, index) => `s${index}`);
    const many = { ...client, declaredScopes };
    expect(grantScopes(declaredScopes.slice(0, 100).join(' '), many)).toHaveLength(100);
    expect(() => grantScopes(declaredScopes.join(' '), many)).toThrow(/at most 100/);
    expect(grantScopes(Array.from({ length: 500 }, () => 'read').join(' '), client)).toEqual(['read']);
  });

  it('have an error message that repeats no more of the input than the length of one scope', () => {
    expect(() => grantScopes('x'.repeat(10_000), client)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,250}$/) }),
    );
  });
});

describe('the scopes of an app’s own token', () => {
  const own = aClient({ declaredScopes: ['openid', 'read'], defaultScopes: ['openid', 'read'] });

  it('never include scopes about a person', () => {
    expect(grantMachineScopes(undefined, own)).toEqual(['read']);
    expect(grantMachineScopes('read', own)).toEqual(['read']);
    for (const asked of ['openid', 'read openid']) {
      expect(() => grantMachineScopes(asked, own)).toThrow(expect.objectContaining({ code: 'invalid_scope' }));
    }
  });
});

describe('the scopes of a refresh', () => {
  it.each([undefined, '', ' '])('are all granted scopes for the request %j', (asked) => {
    expect(narrowScopes(asked, ['read', 'write'])).toEqual(['read', 'write']);
  });

  it('are the requested scopes, which must have been granted', () => {
    expect(narrowScopes('write', ['read', 'write'])).toEqual(['write']);
    for (const asked of ['admin', 'read admin', 'reader']) {
      expect(() => narrowScopes(asked, ['read', 'write'])).toThrow(expect.objectContaining({ code: 'invalid_scope' }));
    }
  });

  it('have an error message that repeats no more of the input than the length of one scope', () => {
    expect(() => narrowScopes('x'.repeat(10_000), ['read'])).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{1,250}$/) }),
    );
  });
});
