import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, list, url } from '../../kernel/config/variables';

export const oauthConfig = configSection('OAuth', {
  ISSUER_URL: url({
    default: 'http://localhost:8000',
    protocols: ['http:', 'https:'],
    description:
      "Issuer of all tokens, and base of every endpoint in the metadata: the backend's public address. The same for every process. Unset, where one process has every role: at PORT of localhost.",
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
      'How long after a refresh the identical request with the same refresh token gets the identical answer, for clients whose first answer was lost. 0: never.',
  }),
});

export type OauthConfig = ConfigOf<typeof oauthConfig>;
