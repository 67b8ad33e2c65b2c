import { CommandFault } from '../../command';
import type { TenantApi } from '../tenant-api';
import type { Members, Reference } from './kind';

/** Converts a member that names an app by its client ID to the name of the app. An app without a name in the list stays as it is. */
export function appNameIn(member: string): (members: Members, api: TenantApi) => Members {
  return (members, api) => {
    const id = members[member];
    const name = [...api.clientIds].find(([, clientId]) => clientId === id)?.[0];
    return name === undefined ? members : { ...members, [member]: name };
  };
}

/** Converts a member that names an app by its name to its client ID. Errors: `CommandFault` for an app that does not exist. */
export function clientIdIn(member: string): (members: Members, api: TenantApi) => Members {
  return (members, api) => {
    const name = members[member];
    if (typeof name !== 'string') return members;
    const clientId = api.clientIds.get(name);
    if (clientId === undefined) throw new CommandFault(`The tenant "${api.slug}" has no app with the name "${name}".`);
    return { ...members, [member]: clientId };
  };
}

/** Returns the app to which a member refers. */
export function appReference(member: string): (members: Members) => readonly Reference[] {
  return (members) => {
    const key = members[member];
    return typeof key === 'string' ? [{ path: [member], section: 'apps', key }] : [];
  };
}
