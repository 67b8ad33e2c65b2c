import type { Notice } from '../contract/notices.port';
import type { Mail } from './mailer';
import { nameInMail } from './name-in-mail';

interface Words {
  readonly subject: (tenant: string) => string;
  readonly signInSubject: (tenant: string) => string;
  readonly unknownDevice: string;
  readonly text: (what: string, tenant: string, at: string) => string;
  /** `name` is that of the factor or device. */
  readonly what: Readonly<Record<Notice['kind'], (name: string, ip: string) => string>>;
}

const WORDS: Readonly<Record<'en' | 'de', Words>> = {
  en: {
    subject: (tenant) => `Your ${tenant} account has changed`,
    signInSubject: (tenant) => `New sign-in to your ${tenant} account`,
    unknownDevice: 'unknown device',
    text: (what, tenant, at) =>
      `Hello,\n\n${what} This concerns your account at ${tenant}. It happened on ${at}.\n\n` +
      'If this was you, you do not need to do anything. If not, set a new password and ask your administrator for help.\n',
    what: {
      factor_added: (factor) => `The sign-in method “${factor}” was added to your account.`,
      factor_removed: (factor) => `The sign-in method “${factor}” was removed from your account.`,
      recovery_code_used: () => 'Someone signed in with one of your recovery codes. Each code works once.',
      recovery_codes_replaced: () => 'Your recovery codes were replaced. The old codes no longer work.',
      factors_reset: () => 'An administrator removed your passkeys, authenticator apps and recovery codes.',
      email_changed: () => 'The address of your account was changed. This is the last mail to the old address.',
      new_device: (device, ip) =>
        `Someone signed in on a device for the first time: ${device}, with the address ${ip}.`,
    },
  },
  de: {
    subject: (tenant) => `Ihr Konto bei ${tenant} wurde geändert`,
    signInSubject: (tenant) => `Neue Anmeldung bei Ihrem Konto bei ${tenant}`,
    unknownDevice: 'unbekanntes Gerät',
    text: (what, tenant, at) =>
      `Guten Tag,\n\n${what} Es geht um Ihr Konto bei ${tenant}. Zeitpunkt: ${at}.\n\n` +
      'Wenn Sie das waren, müssen Sie nichts tun. Andernfalls legen Sie ein neues Passwort fest und wenden Sie sich an Ihre Administration.\n',
    what: {
      factor_added: (factor) => `Die Anmeldemethode „${factor}“ wurde zu Ihrem Konto hinzugefügt.`,
      factor_removed: (factor) => `Die Anmeldemethode „${factor}“ wurde aus Ihrem Konto entfernt.`,
      recovery_code_used: () =>
        'Jemand hat sich mit einem Ihrer Wiederherstellungscodes angemeldet. Jeder Code gilt einmal.',
      recovery_codes_replaced: () => 'Ihre Wiederherstellungscodes wurden ersetzt. Die alten Codes gelten nicht mehr.',
      factors_reset: () =>
        'Ihre Passkeys, Authenticator-Apps und Wiederherstellungscodes wurden von der Administration entfernt.',
      email_changed: () =>
        'Die Adresse Ihres Kontos wurde geändert. Dies ist die letzte Nachricht an die alte Adresse.',
      new_device: (device, ip) =>
        `Jemand hat sich zum ersten Mal auf einem Gerät angemeldet: ${device}, mit der Adresse ${ip}.`,
    },
  },
};

/**
 * Builds the mail that tells a user about a change to their account. It contains no link, so that people do not get used to following links
 * in such mails.
 * @param locale BCP 47; English if there is no translation.
 */
export function noticeMail(to: string, tenantName: string, notice: Notice, atMs: number, locale: string): Mail {
  const language = /^de\b/i.test(locale) ? 'de' : 'en';
  const words = WORDS[language];
  const tenant = nameInMail(tenantName);
  const what = words.what[notice.kind](nameOf(notice, words), 'ip' in notice ? notice.ip : '');
  const at = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(atMs);
  return {
    to,
    subject: notice.kind === 'new_device' ? words.signInSubject(tenant) : words.subject(tenant),
    text: words.text(what, tenant, `${at} UTC`),
  };
}

/** Returns the name of the factor or device; empty for other notices. */
function nameOf(notice: Notice, { unknownDevice }: Words): string {
  if ('factor' in notice) return nameInMail(notice.factor);
  if (notice.kind !== 'new_device') return '';
  return notice.device === '' ? unknownDevice : notice.device;
}
