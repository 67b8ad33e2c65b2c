import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, secret, text, url } from '../../kernel/config/variables';

/** The path between a provider's root and the tenant's slug. */
const PREFIX = /^(?:[\w.-]+\/)*$/;
const PREFIX_HINT = 'must be empty or end in "/"';

export const secretsConfig = configSection(
  'Providers of secrets',
  {
    SECRETS_ENV_PREFIX: text({
      default: null,
      pattern: /^[A-Z][A-Z0-9_]{0,62}_$/,
      patternHint: 'must be upper case and end in "_"',
      description:
        'Enables the provider "env": the tenant acme gets the value of <prefix>ACME__DB_PASSWORD as DB_PASSWORD, and no other variables.',
    }),
    SECRETS_FILE_DIR: text({
      default: null,
      description: 'Enables the provider "file": the tenant acme gets the files below <folder>/acme, byte for byte.',
    }),
    CORESDK_VAULT_ADDR: url({
      default: null,
      protocols: ['http:', 'https:'],
      description: 'Enables the provider "vault": address of Vault or OpenBao with KV version 2.',
    }),
    CORESDK_VAULT_TOKEN: secret({
      description: 'Token for Vault; alternatively, set CORESDK_VAULT_ROLE_ID and CORESDK_VAULT_SECRET_ID.',
    }),
    CORESDK_VAULT_ROLE_ID: text({ default: null, description: 'AppRole for requesting a token from Vault.' }),
    CORESDK_VAULT_SECRET_ID: secret({ description: 'Secret id of the AppRole.' }),
    CORESDK_VAULT_NAMESPACE: text({ default: null, description: 'Namespace in Vault Enterprise or OpenBao.' }),
    CORESDK_VAULT_MOUNT: text({
      default: 'secret',
      pattern: /^[\w.-]+(?:\/[\w.-]+)*$/,
      patternHint: 'must be the path of a mount',
      description: 'Mount of the KV version 2 engine.',
    }),
    CORESDK_VAULT_PREFIX: text({
      default: 'coresdk/',
      pattern: PREFIX,
      patternHint: PREFIX_HINT,
      description: 'The tenant acme gets only the paths below <prefix>acme/ in the mount.',
    }),
    SECRETS_AWS_REGION: text({
      default: null,
      pattern: /^[a-z0-9-]{1,32}$/,
      patternHint: 'must be a region',
      description: 'Enables the provider "aws": region of AWS Secrets Manager. The AWS SDK finds the credentials.',
    }),
    SECRETS_AWS_ENDPOINT: url({
      default: null,
      protocols: ['http:', 'https:'],
      description: 'A different endpoint than that of the region, such as a VPC endpoint.',
    }),
    SECRETS_AWS_PREFIX: text({
      default: 'coresdk/',
      pattern: PREFIX,
      patternHint: PREFIX_HINT,
      description: 'The tenant acme gets only the secrets whose names start with <prefix>acme/.',
    }),
    SECRETS_PROVIDER_TIMEOUT_MS: integer({
      default: 3_000,
      min: 100,
      max: 30_000,
      unit: 'ms',
      description: 'Maximum time for reading one value from a provider.',
    }),
  },
  ({ CORESDK_VAULT_ADDR: address, ...vault }, { reader }) => {
    const hasRole = vault.CORESDK_VAULT_ROLE_ID !== null && vault.CORESDK_VAULT_SECRET_ID !== null;
    if (address === null || vault.CORESDK_VAULT_TOKEN !== null || hasRole) return;
    const either = 'CORESDK_VAULT_TOKEN, or CORESDK_VAULT_ROLE_ID and CORESDK_VAULT_SECRET_ID,';
    reader.fault(`${either} must be set with CORESDK_VAULT_ADDR.`);
  },
);

export type SecretsConfig = ConfigOf<typeof secretsConfig>;
