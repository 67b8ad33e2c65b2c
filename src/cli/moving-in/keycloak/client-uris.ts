import { newApp } from '../../../modules/apps/contract/apps.types';
import { isOrigin } from '../../../kernel/network/origin';
import type { Notes } from '../notes';
import type { KeycloakClient } from './realm';

/** The addresses of an app. */
interface AppUris {
  readonly redirect_uris: string[];
  readonly post_logout_redirect_uris: string[];
  /** Omitted if the app gets the origins of its redirect URIs. */
  readonly allowed_origins?: string[];
}

/** Stands for the redirect URIs, or their origins, in other lists of a client. */
const SAME = '+';
const POST_LOGOUT = 'post.logout.redirect.uris';

/** Converts the addresses of a client. Notes those that cannot move, such as patterns. */
export function clientUris(client: KeycloakClient, notes: Notes): AppUris {
  const { clientId, attributes, webOrigins, standardFlowEnabled } = client;
  const redirectUris = standardFlowEnabled ? urisOf(client, client.redirectUris, 'redirect URI', notes) : [];
  const listed = attributes[POST_LOGOUT];
  const afterLogout = typeof listed === 'string' ? listed.split('##').filter((uri) => uri !== '' && uri !== '-') : [];
  const own = urisOf(
    client,
    afterLogout.filter((uri) => uri !== SAME),
    'logout URI',
    notes,
  );
  const postLogoutUris = afterLogout.includes(SAME) ? [...new Set([...redirectUris, ...own])] : own;
  const origins = webOrigins.filter((origin) => origin !== SAME && origin !== '');
  const valid = origins.filter(isOrigin);
  for (const origin of origins.filter((one) => !isOrigin(one)))
    notes.notMoved('web origin', clientId, `The web origin "${origin}" is not a single https origin.`);
  return {
    redirect_uris: redirectUris,
    post_logout_redirect_uris: postLogoutUris,
    ...(valid.length === 0 || webOrigins.includes(SAME) ? {} : { allowed_origins: [...new Set(valid)] }),
  };
}

function urisOf({ clientId, rootUrl }: KeycloakClient, uris: readonly string[], item: string, notes: Notes): string[] {
  const found = new Set<string>();
  for (const given of uris) {
    const uri = given.startsWith('/') && rootUrl ? `${rootUrl.replace(/\/+$/, '')}${given}` : given;
    if (uri.includes('*')) notes.notMoved(item, clientId, `"${uri}" is a pattern. Add the exact URIs to the app.`);
    else if (newApp.shape.redirect_uris.safeParse([uri]).success) found.add(uri);
    else notes.notMoved(item, clientId, `"${uri}" is not an https, loopback or private-use URI.`);
  }
  return [...found];
}
