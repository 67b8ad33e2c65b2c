import { claimedClient } from './claimed-client';

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
const assertion = (payload: unknown): string => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.x`;

describe('the claimed client of a request', () => {
  it.each([
    [basic('app-a:secret'), {}, 'app-a'],
    [basic('app%2Da:secret'), {}, 'app-a'],
    [basic('app-%:secret'), {}, 'app-%'],
    [undefined, { client_id: 'app-b' }, 'app-b'],
    [undefined, { client_assertion: assertion({ sub: 'app-c' }) }, 'app-c'],
    // The header takes precedence, because it authenticates.
    [basic('app-a:x'), { client_id: 'app-b' }, 'app-a'],
  ])('is read from %s and %j', (authorization, form, clientId) => {
    expect(claimedClient(authorization, form)).toBe(clientId);
  });

  it.each([
    [undefined, {}],
    [undefined, null],
    ['Bearer a.b.c', {}],
    ['Basic', {}],
    [basic(':x'), {}],
    [undefined, { client_id: '' }],
    [undefined, { client_id: ['app-a', 'app-b'] }],
    [undefined, { client_assertion: 'x' }],
    [undefined, { client_assertion: 'a.b.c' }],
    [undefined, { client_assertion: assertion(null) }],
    [undefined, { client_assertion: assertion({ sub: 7 }) }],
  ])('is absent from %s and %j', (authorization, form) => {
    expect(claimedClient(authorization, form)).toBeNull();
  });
});
