import { contentPolicy } from './content-policy';

const none = { images: [], formTargets: null, script: false };
const formAction = (...formTargets: string[]): string | undefined =>
  /form-action ([^;]*)/.exec(contentPolicy({ ...none, formTargets }))?.[1];

describe('the content policy of a page', () => {
  it('allows only our stylesheet and images on a page without forms or logos', () => {
    expect(contentPolicy(none)).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    );
  });

  it('names the origin of a logo, not its path', () => {
    expect(contentPolicy({ ...none, images: ['https://cdn.example.com:8443/a/logo.png?x=1'] })).toContain(
      "img-src 'self' https://cdn.example.com:8443;",
    );
  });

  it.each([
    ['an app on the web', 'https://app.example.com/cb?x=1', "'self' https://app.example.com"],
    ['an app on loopback', 'http://127.0.0.1:4711/cb', "'self' http://127.0.0.1:4711"],
    ['IPv6, which cannot be a host source', 'http://[::1]:4711/cb', "'self' http:"],
    ['a private scheme', 'com.example.app:/cb', "'self' com.example.app:"],
    ['a host that would terminate the directive', 'https://a;script-src.example/', "'self' https:"],
    ['a script', 'javascript:alert(1)', "'self'"],
    ['nothing', '', "'self'"],
  ])('derives `form-action` for %s', (_name, target, expected) => {
    expect(formAction(target)).toBe(expected);
  });
});
