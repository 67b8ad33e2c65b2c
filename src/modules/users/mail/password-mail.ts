import type { Mail } from './mailer';
import { nameInMail } from './name-in-mail';

/** The reason for the mail: a forgotten password, or an attempt to create an account that exists. */
export type PasswordMailOccasion = 'forgotten' | 'sign_up';

interface Words {
  readonly subject: (tenant: string) => string;
  readonly text: Readonly<Record<PasswordMailOccasion, (tenant: string, link: string) => string>>;
}

const WORDS: Readonly<Record<'en' | 'de', Words>> = {
  en: {
    subject: (tenant) => `Set your password for ${tenant}`,
    text: {
      forgotten: (tenant, link) =>
        `Hello,\n\nSomeone, probably you, asked to set the password of your account at ${tenant}. Open this link to do so:\n\n` +
        `${link}\n\nIt works once, for an hour. If you did not request this, you can ignore it: your password does not change.\n`,
      sign_up: (tenant, link) =>
        `Hello,\n\nSomeone, probably you, wants to create an account at ${tenant} with this address. You already have one. Sign in as usual, or open this link to set a new password:\n\n` +
        `${link}\n\nIt works once, for an hour. If you did not request this, you can ignore it: your account does not change.\n`,
    },
  },
  de: {
    subject: (tenant) => `Ihr Passwort für ${tenant} festlegen`,
    text: {
      forgotten: (tenant, link) =>
        `Guten Tag,\n\njemand, vermutlich Sie, möchte das Passwort Ihres Kontos bei ${tenant} festlegen. Öffnen Sie dazu diesen Link:\n\n` +
        `${link}\n\nEr kann eine Stunde lang einmal verwendet werden. Wenn Sie das nicht waren, müssen Sie nichts tun: Ihr Passwort ändert sich nicht.\n`,
      sign_up: (tenant, link) =>
        `Guten Tag,\n\njemand, vermutlich Sie, möchte mit dieser Adresse ein Konto bei ${tenant} anlegen. Sie haben bereits eines. Melden Sie sich wie gewohnt an, oder legen Sie mit diesem Link ein neues Passwort fest:\n\n` +
        `${link}\n\nEr kann eine Stunde lang einmal verwendet werden. Wenn Sie das nicht waren, müssen Sie nichts tun: Ihr Konto ändert sich nicht.\n`,
    },
  },
};

/**
 * Builds the mail with a link that sets a password.
 * @param locale BCP 47; English if there is no translation.
 */
export function passwordMail(
  to: string,
  tenantName: string,
  link: string,
  locale: string,
  occasion: PasswordMailOccasion = 'forgotten',
): Mail {
  const words = WORDS[/^de\b/i.test(locale) ? 'de' : 'en'];
  const tenant = nameInMail(tenantName);
  return { to, subject: words.subject(tenant), text: words.text[occasion](tenant, link) };
}
