import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { boolean, integer } from '../../kernel/config/variables';

export const connectionsConfig = configSection('Identity providers', {
  CONNECTIONS_PRIVATE_ADDRESSES: boolean({
    default: false,
    description:
      'Allows identity providers in the private network and, unless NODE_ENV is production, over plain http. Use it for development, or if your tenants can reach that network anyway.',
  }),
  CONNECTIONS_TIMEOUT_MS: integer({
    default: 5_000,
    min: 100,
    max: 30_000,
    unit: 'ms',
    description: 'How long an identity provider can take for one response.',
  }),
});

export type ConnectionsConfig = ConfigOf<typeof connectionsConfig>;
