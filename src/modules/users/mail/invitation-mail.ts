import type { Mail } from './mailer';
import { nameInMail } from './name-in-mail';

interface Words {
  readonly subject: (tenant: string) => string;
  readonly invited: (tenant: string, link: string, days: number) => string;
  readonly known: (tenant: string) => string;
}

const WORDS: Readonly<Record<'en' | 'de', Words>> = {
  en: {
    subject: (tenant) => `You are invited to ${tenant}`,
    invited: (tenant, link, days) =>
      `Hello,\n\nYou are invited to ${tenant}. Open this link to choose a password:\n\n${link}\n\n` +
      `The link works once, for ${days} days. If you did not expect this invitation, you can ignore it.\n`,
    known: (tenant) =>
      `Hello,\n\nYou were invited to ${tenant}, where you already have an account: sign in as usual. ` +
      'If you have forgotten your password, choose “Forgot your password?” there.\n',
  },
  de: {
    subject: (tenant) => `Einladung zu ${tenant}`,
    invited: (tenant, link, days) =>
      `Guten Tag,\n\nSie sind zu ${tenant} eingeladen. Öffnen Sie diesen Link, um ein Passwort zu wählen:\n\n${link}\n\n` +
      `Er kann ${days} Tage lang einmal verwendet werden. Wenn Sie diese Einladung nicht erwartet haben, müssen Sie nichts tun.\n`,
    known: (tenant) =>
      `Guten Tag,\n\nSie wurden zu ${tenant} eingeladen und haben dort bereits ein Konto: Melden Sie sich wie gewohnt an. ` +
      'Wenn Sie Ihr Passwort vergessen haben, wählen Sie dort „Passwort vergessen?“.\n',
  },
};

/**
 * Builds the mail for an invitation.
 * @param link `null` for an address that already has an account.
 * @param locale BCP 47; English if there is no translation.
 */
export function invitationMail(
  to: string,
  tenantName: string,
  link: { readonly url: string; readonly days: number } | null,
  locale: string,
): Mail {
  const words = WORDS[/^de\b/i.test(locale) ? 'de' : 'en'];
  const tenant = nameInMail(tenantName);
  const text = link === null ? words.known(tenant) : words.invited(tenant, link.url, link.days);
  return { to, subject: words.subject(tenant), text };
}
