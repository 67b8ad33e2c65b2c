import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer } from '../../kernel/config/variables';

export const keysConfig = configSection('Signing keys', {
  JWKS_MAX_AGE_SECONDS: integer({
    default: 300,
    min: 1,
    max: 86_400,
    unit: 'seconds',
    description:
      'How long caches can keep the public keys (max-age of the JWK Set). A new key is published at least that long before it signs. Same for every process.',
  }),
  KEY_ROTATION_DAYS: integer({
    default: 90,
    min: 0,
    max: 3_650,
    unit: 'days',
    description: 'How long a key signs before the control plane rotates to the next one automatically; 0 for never.',
  }),
});

export type KeysConfig = ConfigOf<typeof keysConfig>;
