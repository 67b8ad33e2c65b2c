import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { secret } from '../../kernel/config/variables';

export const agentsConfig = configSection('Agents', {
  CORESDK_AGENT_SIGNING_SECRET: secret({
    description:
      "Not used. A deployment that sets it gets a warning at the start. The installation's own keys sign the tokens of agents (RS256), so that everyone can verify them with the JWK Set and nobody else can create them.",
  }),
});

export type AgentsConfig = ConfigOf<typeof agentsConfig>;
