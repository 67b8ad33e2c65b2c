import type { EgressDenial } from '../contract/egress.port';

/** Messages for refusals for which no policy provides a message. */
export const EGRESS_WORDS: Readonly<Partial<Record<EgressDenial, string>>> = {
  url_invalid: 'The URL is invalid or ambiguous.',
  scheme_not_allowed: 'The scheme of the URL is not http, https, ws or wss.',
  user_info: 'The URL has credentials, or something that looks like them, before its host.',
  host_disguised: 'The host is written in a disguised form.',
  address_not_public: 'The URL leads to an address that is not public.',
  name_not_public: 'The host is a name in a private network.',
  own_host: 'The host belongs to this installation.',
  host_unknown: 'The host has no address.',
  resolution_failed: 'The addresses of the host could not be resolved. Try again later.',
};
