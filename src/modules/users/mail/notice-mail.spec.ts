import { noticeMail } from './notice-mail';

const AT_MS = Date.UTC(2026, 2, 1, 12, 30);

describe('the mail about a new device', () => {
  it('names the device, the address and the time, and has no link', () => {
    const notice = { kind: 'new_device', device: 'Firefox, Linux', ip: '192.0.2.7' } as const;
    const { to, subject, text } = noticeMail('ada@example.com', 'Nordwind', notice, AT_MS, 'en-GB');
    expect([to, subject]).toEqual(['ada@example.com', 'New sign-in to your Nordwind account']);
    expect(text).toContain('on a device for the first time: Firefox, Linux, with the address 192.0.2.7.');
    expect(text).toContain('March 1, 2026 at 12:30 PM UTC');
    expect(text).not.toMatch(/https?:/);
  });

  it('says in the user’s language that the device is unknown', () => {
    const notice = { kind: 'new_device', device: '', ip: '2001:db8::1' } as const;
    const { subject, text } = noticeMail('ada@example.com', 'Nordwind', notice, AT_MS, 'de');
    expect(subject).toBe('Neue Anmeldung bei Ihrem Konto bei Nordwind');
    expect(text).toContain('unbekanntes Gerät, mit der Adresse 2001:db8::1.');
  });
});

describe('the mail about a factor', () => {
  it('names the factor without line breaks', () => {
    const { text } = noticeMail('ada@example.com', 'Nordwind', { kind: 'factor_added', factor: 'a\nb' }, AT_MS, 'fr');
    expect(text).toMatch(/The sign-in method “a b” was added to your account\./);
  });
});
