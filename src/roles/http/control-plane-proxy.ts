import { methodNotAllowed } from '../../kernel/http/routes/allowed-methods';
import type { RawRequestHandler } from '../../kernel/http/request-listener';
import type { ControlPlaneForwarder } from './control-plane-forwarder';

/** Forwards requests that controllers declare with `@ProxiedToControlPlane`, before this surface processes them. */
export function controlPlaneProxy(hop: ControlPlaneForwarder): RawRequestHandler {
  return ({ request, response, rules, fail }) => {
    if (rules === null || rules.proxied === null) return false;
    const { methods, prefix, target } = rules.proxied;
    const isOffered = methods.has(request.method ?? '') || methods.has('ALL');
    if (!isOffered) fail(methodNotAllowed([...methods].sort()));
    else hop(request, response, target + (request.url ?? '').slice(prefix.length), fail);
    return true;
  };
}
