import { type ConfigOf, configSection } from '../config/config-section';
import { secret } from '../config/variables';

export const sealingConfig = configSection('Encryption at rest', {
  MASTER_KEY: secret({
    minLength: 32,
    sentence:
      'Key that encrypts secrets at rest, at least 32 random characters (openssl rand -base64 32). Lost, what it sealed is lost. Unset in development: generated into DATA_DIR/secrets.',
  }),
});

export type SealingConfig = ConfigOf<typeof sealingConfig>;
