import { isOrigin } from './origin';

describe('an origin', () => {
  it.each([
    'https://app.example.com',
    'https://app.example.com:8443',
    'https://xn--bcher-kva.example',
    'http://localhost:5173',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'capacitor://localhost',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  ])('can be %s', (text) => {
    expect(isOrigin(text)).toBe(true);
  });

  it.each([
    '',
    '*',
    'null',
    'app.example.com',
    'https://',
    'https://*.example.com',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://app.example.com?a=b',
    'https://app.example.com#a',
    'https://user@app.example.com',
    'https://app.example.com:443',
    'https://APP.example.com',
    'https://bücher.example',
    'http://app.example.com',
    'http://localhost:80',
    'file://localhost',
    'javascript:alert(1)',
    'capacitor://localhost/path',
    ' https://app.example.com',
    'https://app.example.com\n',
  ])('cannot be %j', (text) => {
    expect(isOrigin(text)).toBe(false);
  });
});
