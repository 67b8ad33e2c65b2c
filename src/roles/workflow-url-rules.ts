import type { UrlRules } from '../kernel/network/receiver-url';
import type { Settings } from './settings';

/** What URLs of workflows' steps may lead to: the same as webhooks. */
export function workflowUrlRules({ webhooks, role }: Settings): UrlRules {
  const mayBePrivate = webhooks.WEBHOOKS_PRIVATE_ADDRESSES;
  return { mayBePrivate, mayBePlain: mayBePrivate && role.NODE_ENV !== 'production' };
}
