import { type ConfigOf, configSection } from '../config/config-section';
import { secret } from '../config/variables';

export const sealingConfig = configSection('Encryption at rest', {
  MASTER_KEY: secret({
    minLength: 32,
    description:
      'Key that encrypts secrets at rest, at least 32 random characters (openssl rand -base64 32). Lost, what it sealed is lost. The control plane, the backends and the sidecars need the same. Unset in development: generated into DATA_DIR/secrets.',
  }),
  MASTER_KEY_PREVIOUS: secret({
    minLength: 32,
    description:
      'Another master key whose values still open, while one is replaced: the old one, until GET /api/v1/secrets/rewrap says that nothing of it is left.',
  }),
});

export type SealingConfig = ConfigOf<typeof sealingConfig>;
