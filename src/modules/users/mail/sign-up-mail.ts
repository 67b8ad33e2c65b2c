import type { Mail } from './mailer';
import { nameInMail } from './name-in-mail';

interface Words {
  readonly subject: (tenant: string) => string;
  readonly text: (tenant: string, link: string) => string;
}

const WORDS: Readonly<Record<'en' | 'de', Words>> = {
  en: {
    subject: (tenant) => `Create your account at ${tenant}`,
    text: (tenant, link) =>
      `Hello,\n\nSomeone, probably you, wants to create an account at ${tenant} with this address. Open this link to do so:\n\n` +
      `${link}\n\nIt works for an hour. If you did not request this, you can ignore it: without the link, there is no account.\n`,
  },
  de: {
    subject: (tenant) => `Ihr Konto bei ${tenant} anlegen`,
    text: (tenant, link) =>
      `Guten Tag,\n\njemand, vermutlich Sie, möchte mit dieser Adresse ein Konto bei ${tenant} anlegen. Öffnen Sie dazu diesen Link:\n\n` +
      `${link}\n\nEr gilt eine Stunde. Wenn Sie das nicht waren, müssen Sie nichts tun: Ohne den Link entsteht kein Konto.\n`,
  },
};

/**
 * Builds the mail with a link that creates an account.
 * @param locale BCP 47; English if there is no translation.
 */
export function signUpMail(to: string, tenantName: string, link: string, locale: string): Mail {
  const words = WORDS[/^de\b/i.test(locale) ? 'de' : 'en'];
  const tenant = nameInMail(tenantName);
  return { to, subject: words.subject(tenant), text: words.text(tenant, link) };
}
