import { defaultOrigins, defaultScopes } from './app-defaults';

describe('the default of default_scopes', () => {
  it('is the scopes that a service app declares, except scopes for administration and scopes that reveal data', () => {
    const declared = [
      ...['projects.read', 'skills.run', 'orders.close', 'masking.mask'],
      ...['admin', 'scim', 'introspect', 'platform.admin', 'masking.detokenise', 'secrets.read', 'secrets.write'],
    ];
    expect(defaultScopes('service', declared)).toEqual(['projects.read', 'skills.run', 'orders.close', 'masking.mask']);
  });

  it.each(['web', 'spa', 'native'] as const)('is empty for a %s app', (type) => {
    expect(defaultScopes(type, ['projects.read'])).toEqual([]);
  });
});

describe('the default of allowed_origins', () => {
  it('is the origins of the redirect URIs of a single-page app, each once', () => {
    const uris = ['https://app.example.com/a', 'http://localhost:5173', 'https://app.example.com/b?c=d'];
    expect(defaultOrigins('spa', uris)).toEqual(['http://localhost:5173', 'https://app.example.com']);
  });

  it.each(['service', 'web', 'native'] as const)('is empty for a %s app', (type) => {
    expect(defaultOrigins(type, ['https://app.example.com/a'])).toEqual([]);
  });
});
