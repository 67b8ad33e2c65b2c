import { defaultOrigins } from './app-defaults';

describe('the default of allowed_origins', () => {
  it('is the origins of the redirect URIs of a single-page app, each once', () => {
    const uris = ['https://app.example.com/a', 'http://localhost:5173', 'https://app.example.com/b?c=d'];
    expect(defaultOrigins('spa', uris)).toEqual(['http://localhost:5173', 'https://app.example.com']);
  });

  it.each(['service', 'web', 'native'] as const)('is empty for a %s app', (type) => {
    expect(defaultOrigins(type, ['https://app.example.com/a'])).toEqual([]);
  });
});
