import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, secret, text, url } from '../../kernel/config/variables';

export const usersConfig = configSection(
  'People',
  {
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
    BREACHED_PASSWORDS_URL: url({
      default: null,
      protocols: ['https:', 'http:'],
      description:
        'Service that knows the passwords from data breaches, such as https://api.pwnedpasswords.com/range. It receives the first five digits of a hash. Nobody can set a known password, or any password while the service is down.',
    }),
    BREACHED_PASSWORDS_FILE: text({
      default: null,
      description:
        'File with the sorted SHA-1 hashes of passwords from data breaches, to use instead of BREACHED_PASSWORDS_URL. Every backend and control plane reads it.',
    }),
  },
  ({ BREACHED_PASSWORDS_URL, BREACHED_PASSWORDS_FILE }, { reader }) => {
    if (BREACHED_PASSWORDS_URL !== null && BREACHED_PASSWORDS_FILE !== null) {
      reader.fault('BREACHED_PASSWORDS_URL and BREACHED_PASSWORDS_FILE are both set. Set only one of them.');
    }
  },
);

export type UsersConfig = ConfigOf<typeof usersConfig>;
