import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { secret } from '../../kernel/config/variables';

export const agentsConfig = configSection('Agents', {
  CORESDK_AGENT_SIGNING_SECRET: secret({
    sentence:
      "Not used, and named so that deployments that set it are told so at the start: agents' tokens are signed by the installation's own keys (RS256), so that whoever has the JWK Set can judge them and nobody who can judge them can make them.",
  }),
});

export type AgentsConfig = ConfigOf<typeof agentsConfig>;
