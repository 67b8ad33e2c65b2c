import type { EgressDenial } from '../contract/egress.port';

/** The messages of refusals without a message from a policy. */
export const EGRESS_WORDS: Readonly<Partial<Record<EgressDenial, string>>> = {
  url_invalid: 'The URL cannot be read without doubt.',
  scheme_not_allowed: 'The scheme of the URL is not http, https, ws or wss.',
  user_info: 'The URL has credentials, or what looks like them, before its host.',
  host_disguised: 'The host is not written plainly.',
  address_not_public: 'The URL leads to an address that is not public.',
  name_not_public: 'The host is a name inside a network.',
  own_host: 'The host is one of this installation.',
  host_unknown: 'The host has no address.',
  resolution_failed: 'The addresses of the host could not be resolved. Try again later.',
};
