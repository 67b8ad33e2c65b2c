import type { Mail } from './mailer';
import { nameInMail } from './name-in-mail';

/** The content of the mail. */
interface EmailCode {
  readonly tenantName: string;
  /** The code, as `1234 5678`. */
  readonly code: string;
  readonly link: string;
}

interface Words {
  readonly subject: (code: string, tenant: string) => string;
  readonly text: (code: string, tenant: string, link: string) => string;
}

const WORDS: Readonly<Record<'en' | 'de', Words>> = {
  en: {
    subject: (code, tenant) => `${code} is your code for ${tenant}`,
    text: (code, tenant, link) =>
      `Hello,\n\nSomeone, probably you, wants to sign in at ${tenant}. Enter this code on the sign-in page:\n\n${code}\n\n` +
      `Or open this link in the same browser:\n\n${link}\n\n` +
      'The code works once, for ten minutes. Do not tell it to anybody. If you did not request this, you can ignore it.\n',
  },
  de: {
    subject: (code, tenant) => `${code} ist Ihr Code für ${tenant}`,
    text: (code, tenant, link) =>
      `Guten Tag,\n\njemand, vermutlich Sie, möchte sich bei ${tenant} anmelden. Geben Sie auf der Anmeldeseite diesen Code ein:\n\n${code}\n\n` +
      `Oder öffnen Sie im selben Browser diesen Link:\n\n${link}\n\n` +
      'Der Code gilt einmal und zehn Minuten lang. Geben Sie ihn an niemanden weiter. Wenn Sie das nicht waren, müssen Sie nichts tun.\n',
  },
};

/**
 * Builds the mail with a code for signing in.
 * @param locale BCP 47; English if there is no translation.
 */
export function emailCodeMail(to: string, { tenantName, code, link }: EmailCode, locale: string): Mail {
  const words = WORDS[/^de\b/i.test(locale) ? 'de' : 'en'];
  const tenant = nameInMail(tenantName);
  return { to, subject: words.subject(code, tenant), text: words.text(code, tenant, link) };
}
