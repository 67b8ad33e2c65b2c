import { passwordMail } from './password-mail';

const LINK = 'https://id.example.com/oauth/password?token=abc';

describe('the mail with a password link', () => {
  it.each([
    ['en', 'Set your password for Acme'],
    ['de', 'Ihr Passwort für Acme festlegen'],
    ['de-AT', 'Ihr Passwort für Acme festlegen'],
    ['DE', 'Ihr Passwort für Acme festlegen'],
    ['den', 'Set your password for Acme'],
    ['fr-FR', 'Set your password for Acme'],
    ['', 'Set your password for Acme'],
  ])('in %j has the subject %j', (locale, subject) => {
    const mail = passwordMail('ada@example.com', 'Acme', LINK, locale);
    expect(mail).toMatchObject({ to: 'ada@example.com', subject });
    expect(mail.text.split('\n')).toContain(LINK);
  });

  it('does not allow header injection through the tenant name', () => {
    expect(passwordMail('a@example.com', 'Acme\r\nBcc: all@example.com', LINK, 'en').subject).not.toMatch(/[\r\n]/);
  });
});
