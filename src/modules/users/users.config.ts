import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, secret, text, url } from '../../kernel/config/variables';

export const usersConfig = configSection('People', {
  PUBLIC_URL: url({
    default: 'http://localhost:8000',
    protocols: ['http:', 'https:'],
    description:
      "Base of the links in mails: the backend's public address. Unset: localhost at PORT if one process has every role.",
  }),
  SESSION_TTL_SECONDS: integer({
    default: 43_200,
    min: 300,
    max: 2_592_000,
    unit: 'seconds',
    description: 'Time for which a browser stays signed in.',
  }),
  SMTP_URL: secret({
    pattern: /^smtps?:\/\/\S+$/,
    patternHint: 'must be a URL that begins with smtp:// or smtps://',
    description:
      'Mail server, with its user and password. Unset: in development, mail is shown at /dev/mailbox of the control plane (for processes with the same DATA_DIR) and printed; in production, it is not sent.',
  }),
  MAIL_FROM: text({
    default: 'CoreSDK <no-reply@example.com>',
    pattern: /^[^\r\n]*\S+@\S+[^\r\n]*$/,
    patternHint: 'must contain an email address',
    maxLength: 320,
    description: 'Sender of all mail.',
  }),
  TENANT_MAILS_PER_DAY: integer({
    default: 200,
    min: 1,
    max: 1_000_000,
    description:
      'Maximum number of mails that one tenant can send in 24 hours to unconfirmed addresses: invitations, and links to set a first password.',
  }),
});

export type UsersConfig = ConfigOf<typeof usersConfig>;
