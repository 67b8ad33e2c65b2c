import { ScimOptions } from '../modules/scim/scim.options';
import type { Settings } from './settings';

/** What SCIM is told of the installation: identity providers come by the public address. */
export function scimOptions({ users, bootstrap, role }: Settings): ScimOptions {
  return new ScimOptions(`${users.PUBLIC_URL}/scim/v2`, bootstrap.BOOTSTRAP_TENANT, role.CONTROL_PLANE_TOKEN);
}
