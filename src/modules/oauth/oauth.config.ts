import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, list, url } from '../../kernel/config/variables';

export const oauthConfig = configSection('OAuth', {
  ISSUER_URL: url({
    default: 'http://localhost:8000',
    protocols: ['http:', 'https:'],
    description:
      "Issuer of all tokens and base of every endpoint in the metadata: the backend's public address. Use the same value for every process. Unset: localhost at PORT if one process has every role.",
  }),
  AUDIENCES: list({
    default: [],
    description: 'Audiences accepted in access tokens in addition to the issuer, separated by commas.',
  }),
  REFRESH_GRACE_SECONDS: integer({
    default: 10,
    min: 0,
    max: 30,
    unit: 'seconds',
    description:
      'How long after a refresh an identical request with the same refresh token returns the same response, for clients that lost the first response. 0: never.',
  }),
});

export type OauthConfig = ConfigOf<typeof oauthConfig>;
