import { methodNotAllowed } from '../../kernel/http/routes/allowed-methods';
import { foreignOrigin } from '../../kernel/http/routes/cross-origin';
import type { RawRequestHandler } from '../../kernel/http/request-listener';
import type { ControlPlaneForwarder } from './control-plane-forwarder';

/**
 * Forwards requests that controllers declare with `@ProxiedToControlPlane`, before this surface processes them.
 * @param own origin of the public surface.
 */
export function controlPlaneProxy(hop: ControlPlaneForwarder, own: string): RawRequestHandler {
  return ({ request, response, rules, fail }) => {
    if (rules === null || rules.proxied === null) return false;
    const { methods, prefix, target } = rules.proxied;
    const isOffered = methods.has(request.method ?? '') || methods.has('ALL');
    // The control plane does not know by which name the page reached this surface. Public pages compare `Origin` themselves.
    if (rules.isGuarded && foreignOrigin(request, own) === null) delete request.headers.origin;
    if (!isOffered) fail(methodNotAllowed([...methods].sort()));
    else hop(request, response, target + (request.url ?? '').slice(prefix.length), fail);
    return true;
  };
}
