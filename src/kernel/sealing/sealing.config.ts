import { type ConfigOf, configSection } from '../config/config-section';
import { secret } from '../config/variables';

export const sealingConfig = configSection('Encryption at rest', {
  MASTER_KEY: secret({
    minLength: 32,
    description:
      'Key that encrypts secrets at rest, at least 32 random characters (openssl rand -base64 32). If you lose it, you lose the data that it encrypts. Control plane, backends and sidecars need the same key. Unset in development: generated into DATA_DIR/secrets.',
  }),
  MASTER_KEY_PREVIOUS: secret({
    minLength: 32,
    description:
      'The previous master key, which still decrypts values during a replacement. Keep it until GET /api/v1/secrets/rewrap reports that no value uses it.',
  }),
});

export type SealingConfig = ConfigOf<typeof sealingConfig>;
