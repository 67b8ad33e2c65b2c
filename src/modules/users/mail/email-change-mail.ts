import type { EmailChange } from '../contract/email-changes.port';
import type { Mail } from './mailer';
import { nameInMail } from './name-in-mail';

/** The content of the mail. */
interface Content {
  readonly stage: EmailChange['stage'];
  readonly tenantName: string;
  readonly newAddress: string;
  readonly link: string;
}

interface Words {
  readonly subject: Readonly<Record<EmailChange['stage'], (tenant: string) => string>>;
  readonly text: Readonly<Record<EmailChange['stage'], (tenant: string, address: string, link: string) => string>>;
}

const WORDS: Readonly<Record<'en' | 'de', Words>> = {
  en: {
    subject: {
      allow: (tenant) => `Allow a new address for your ${tenant} account`,
      confirm: (tenant) => `Confirm your new address at ${tenant}`,
    },
    text: {
      allow: (tenant, address, link) =>
        `Hello,\n\nSomeone, probably you, wants to change the address of your account at ${tenant} to ${address}. Open this link to allow it:\n\n` +
        `${link}\n\nIt works for an hour. If this was not you, do not open it, and set a new password: somebody else is signed in to your account.\n`,
      confirm: (tenant, address, link) =>
        `Hello,\n\nOpen this link to use ${address} for your account at ${tenant}:\n\n` +
        `${link}\n\nIt works for an hour. If you did not request this, you can ignore it.\n`,
    },
  },
  de: {
    subject: {
      allow: (tenant) => `Neue Adresse für Ihr Konto bei ${tenant} erlauben`,
      confirm: (tenant) => `Ihre neue Adresse bei ${tenant} bestätigen`,
    },
    text: {
      allow: (tenant, address, link) =>
        `Guten Tag,\n\njemand, vermutlich Sie, möchte die Adresse Ihres Kontos bei ${tenant} in ${address} ändern. Öffnen Sie diesen Link, um das zu erlauben:\n\n` +
        `${link}\n\nEr gilt eine Stunde. Wenn Sie das nicht waren, öffnen Sie ihn nicht und legen Sie ein neues Passwort fest: Jemand anderes ist in Ihrem Konto angemeldet.\n`,
      confirm: (tenant, address, link) =>
        `Guten Tag,\n\nöffnen Sie diesen Link, um ${address} für Ihr Konto bei ${tenant} zu verwenden:\n\n` +
        `${link}\n\nEr gilt eine Stunde. Wenn Sie das nicht waren, müssen Sie nichts tun.\n`,
    },
  },
};

/**
 * Builds the mail with the link that confirms a change of address.
 * @param locale BCP 47; English if there is no translation.
 */
export function emailChangeMail(to: string, { stage, tenantName, newAddress, link }: Content, locale: string): Mail {
  const words = WORDS[/^de\b/i.test(locale) ? 'de' : 'en'];
  const tenant = nameInMail(tenantName);
  return { to, subject: words.subject[stage](tenant), text: words.text[stage](tenant, newAddress, link) };
}
