import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { list, url } from '../../kernel/config/variables';

export const oauthConfig = configSection('OAuth', {
  ISSUER_URL: url({
    default: 'http://localhost:8000',
    protocols: ['http:', 'https:'],
    sentence:
      "Issuer of all tokens, and base of every endpoint in the metadata: the backend's public address. The same for every process.",
  }),
  AUDIENCES: list({
    default: [],
    sentence: 'Audiences accepted in access tokens besides the issuer, separated by commas.',
  }),
});

export type OauthConfig = ConfigOf<typeof oauthConfig>;
