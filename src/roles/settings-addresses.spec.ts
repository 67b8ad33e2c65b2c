import { oauthConfig } from '../modules/oauth/oauth.config';
import { usersConfig } from '../modules/users/users.config';
import { referenceUrls } from './role.config';
import { readSettings } from './settings';

const SECRET = 'a-secret-of-more-than-thirty-two-characters';

function addressesOf(environment: Record<string, string>): readonly string[] {
  const settings = readSettings({ NODE_ENV: 'test', MASTER_KEY: SECRET, ...environment });
  return [settings.of(oauthConfig).ISSUER_URL, settings.of(usersConfig).PUBLIC_URL];
}

describe('the published addresses', () => {
  it('point to the backend of the single process unless they are set', () => {
    expect(addressesOf({})).toEqual(['http://localhost:8000', 'http://localhost:8000']);
    expect(addressesOf({ PORT: '18000' })).toEqual(['http://localhost:18000', 'http://localhost:18000']);
    const set = addressesOf({ PORT: '18000', ISSUER_URL: 'https://id.example.com' });
    expect(set).toEqual(['https://id.example.com', 'http://localhost:18000']);
  });

  it('are the same for split roles, whatever the port of a role', () => {
    const split = { ROLE: 'control-plane', CONTROL_PLANE_TOKEN: SECRET, PORT: '18000' };
    expect(addressesOf(split)).toEqual(['http://localhost:8000', 'http://localhost:8000']);
  });
});

describe('the addresses of the API reference', () => {
  it.each([
    ['http://localhost:18000', ['http://localhost:18000/docs/api', 'http://localhost:8080/docs/api']],
    ['http://[::1]:8000', ['http://[::1]:8000/docs/api', 'http://localhost:8080/docs/api']],
    ['https://id.example.com', ['https://id.example.com/docs/api']],
    ['https://example.com/platform', ['https://example.com/platform/docs/api']],
  ])('follow the issuer %s, and include the control plane only on a developer’s machine', (issuer, urls) => {
    expect(referenceUrls(issuer, 8080)).toEqual(urls);
  });
});
