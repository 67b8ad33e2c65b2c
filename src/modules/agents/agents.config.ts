import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { secret } from '../../kernel/config/variables';

export const agentsConfig = configSection('Agents', {
  CORESDK_AGENT_SIGNING_SECRET: secret({
    description:
      "Not used. Setting it logs a warning at startup. The installation's own keys sign agent tokens (RS256), so that everyone can verify them with the JWK Set and only the installation can create them.",
  }),
});

export type AgentsConfig = ConfigOf<typeof agentsConfig>;
