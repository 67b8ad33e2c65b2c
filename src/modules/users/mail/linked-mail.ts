import type { Mail } from './mailer';
import { nameInMail } from './name-in-mail';

interface Words {
  readonly subject: (tenant: string) => string;
  readonly text: (tenant: string, provider: string) => string;
}

const WORDS: Readonly<Record<'en' | 'de', Words>> = {
  en: {
    subject: (tenant) => `New way to sign in to ${tenant}`,
    text: (tenant, provider) =>
      `Hello,\n\nYour account at ${tenant} can now also be used through ${provider}.\n\n` +
      'If you did not do this, tell an administrator immediately and set a new password.\n',
  },
  de: {
    subject: (tenant) => `Neue Anmeldemethode für ${tenant}`,
    text: (tenant, provider) =>
      `Guten Tag,\n\nmit Ihrem Konto bei ${tenant} können Sie sich jetzt auch über ${provider} anmelden.\n\n` +
      'Wenn Sie das nicht waren, informieren Sie sofort einen Administrator und legen Sie ein neues Passwort fest.\n',
  },
};

/**
 * Builds the mail about an account that was linked to an identity provider. It contains no link, so that nobody learns to click one.
 * @param locale BCP 47; English if there is no translation.
 */
export function linkedMail(
  to: string,
  names: { readonly tenant: string; readonly provider: string },
  locale: string,
): Mail {
  const words = WORDS[/^de\b/i.test(locale) ? 'de' : 'en'];
  const tenant = nameInMail(names.tenant);
  return { to, subject: words.subject(tenant), text: words.text(tenant, nameInMail(names.provider)) };
}
