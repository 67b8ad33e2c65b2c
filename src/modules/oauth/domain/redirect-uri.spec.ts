import { aClient } from '../../../../test/support/a-client';
import { canBeTaken, destinationOf, isRedirectUriOf } from './redirect-uri';

const web = aClient({ redirectUris: ['https://app.example/cb', 'http://localhost:3000/cb'] });
const native = aClient({
  appType: 'native',
  redirectUris: [
    'http://127.0.0.1/cb',
    'http://[::1]/cb',
    'http://127.0.0.1:3000/other-cb',
    'http://localhost',
    'com.example.app:/cb',
    'https://app.example/cb',
    'http://127.0.0.1/cb?next=http://localhost:3000/x',
    'https://app.example/cb?next=http://localhost:3000/x',
    // Stored before such URIs were refused.
    'http://127.0.0.1:080/old',
    'http://intranet.example:8080/old',
  ],
});

describe('a redirect URI', () => {
  it.each(['https://app.example/cb', 'http://localhost:3000/cb'])(
    'matches if it is registered in exactly this form: %s',
    (uri) => {
      expect(isRedirectUriOf(web, uri)).toBe(true);
    },
  );

  it.each([
    'https://app.example/cb/',
    'https://app.example/cb?x=1',
    'https://app.example/cb#x',
    'https://app.example/CB',
    'https://APP.example/cb',
    'HTTPS://app.example/cb',
    'https://app.example:443/cb',
    'https://app.example/a/../cb',
    'https://app.example/%63b',
    'https://user@app.example/cb',
    'https://app.example.evil.example/cb',
    'https://app.example@evil.example/cb',
    'http://app.example/cb',
    'http://localhost:3001/cb',
    ' https://app.example/cb',
    'https://app.example\\cb',
    '',
  ])('with a different spelling does not match: %j', (uri) => {
    expect(isRedirectUriOf(web, uri)).toBe(false);
  });

  it.each([
    'http://127.0.0.1:51004/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:8/cb',
    'http://127.0.0.1:51004/other-cb',
    'http://127.0.0.1/other-cb',
    'http://localhost:51004',
    'http://127.0.0.1:65535/cb?next=http://localhost:3000/x',
    'com.example.app:/cb',
    'https://app.example/cb',
  ])('of a native app can have any loopback port: %s', (uri) => {
    expect(isRedirectUriOf(native, uri)).toBe(true);
  });

  it.each([
    'http://127.0.0.1:51004/other',
    'http://localhost:51004/cb',
    'http://127.0.0.2:51004/cb',
    'http://127.0.0.1:51004@evil.example/cb',
    'http://user@127.0.0.1:51004/cb',
    'http://@127.0.0.1:51004/cb',
    'http://127.0.0.1.evil.example:51004/cb',
    'http://127.0.0.1:51004.evil.example/cb',
    'http://127.1:51004/cb',
    'http://127.0.0.1:99999/cb',
    'http://127.0.0.1:080/cb',
    'http://127.0.0.1:081/old',
    'http://intranet.example:8081/old',
    'http://127.0.0.1:/cb',
    'http://127.0.0.1:51004?/cb',
    'nonsense',
    'http://127.0.0.1:51004/cb#x',
    'https://app.example:444/cb',
    'https://127.0.0.1:51004/cb',
    'ftp://127.0.0.1:51004/cb',
    'http://127.0.0.1/cb?next=http://localhost:3001/x',
    'https://app.example/cb?next=http://localhost:3001/x',
    'com.example.app:80/cb',
  ])('of a native app must otherwise match exactly: %s', (uri) => {
    expect(isRedirectUriOf(native, uri)).toBe(false);
  });

  it('of a native app can be claimed by a different program unless it uses https', () => {
    const uris = ['http://127.0.0.1/cb', 'com.example.app:/cb', 'https://app.example/cb'];
    expect(uris.map((uri) => canBeTaken(native, uri))).toEqual([true, true, false]);
    expect(uris.map((uri) => canBeTaken(web, uri))).toEqual([false, false, false]);
  });

  it('has a host, or the app’s own scheme, as its destination', () => {
    expect(['https://app.example/cb', 'http://127.0.0.1:80/', 'com.example.app:/cb'].map(destinationOf)).toEqual([
      'app.example',
      '127.0.0.1',
      'com.example.app',
    ]);
  });
});
