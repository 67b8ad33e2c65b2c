import { invitationMail } from './invitation-mail';
import { nameInMail } from './name-in-mail';
import { passwordMail } from './password-mail';

const LINKS = [
  'Win at https://evil.example/now?a=b today',
  'www.evil.example',
  'evil.example/win',
  'evil.exa\u200bmple',
  'evil．example',
  'evil。example',
  'HTTP:\\\\evil.example',
  'write to win@evil.example',
  'mailto:win@evil.example',
];

describe('the tenant name in mails', () => {
  it.each([
    ['Acme', 'Acme'],
    ['Acme Inc.', 'Acme Inc.'],
    ['Müller & Söhne (Wien)', 'Müller & Söhne (Wien)'],
    ['Acme\r\nBcc: all@example.com', 'Acme Bcc: all example com'],
    ['a\u202Eb\u2066c', 'abc'],
    ['https://', 'CoreSDK'],
    ['', 'CoreSDK'],
    ['x'.repeat(60), 'x'.repeat(60)],
    ['é'.repeat(200), `${'é'.repeat(59)}…`],
    ['🙂'.repeat(61), `${'🙂'.repeat(59)}…`],
  ])('of %j is %j', (name, shown) => {
    expect(nameInMail(name)).toBe(shown);
  });

  it.each(LINKS)('does not contain a link: %s', (name) => {
    const link = { url: 'https://id.example.com/oauth/password?token=inv_1', days: 7 };
    for (const { subject, text } of [
      invitationMail('ada@example.com', name, link, 'en'),
      invitationMail('ada@example.com', name, null, 'de'),
      passwordMail('ada@example.com', name, link.url, 'en'),
    ]) {
      const others = (subject + text).replaceAll(link.url, '');
      expect(others).not.toMatch(/:\/\/|www\.|evil[.．。]|@/i);
    }
  });

  it('is shortened in subject and text', () => {
    const { subject, text } = invitationMail('a@example.com', 'y'.repeat(200), null, 'en');
    for (const shown of [subject, text]) expect(shown.match(/y+/g)?.map(({ length }) => length)).toContain(59);
    expect(subject + text).not.toMatch(/y{60}/);
  });
});
