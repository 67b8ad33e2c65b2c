import type { MovingGroup } from '../move-groups';
import type { KeycloakGroup } from './realm';
import { groupPath } from './realm-roles';

/** Returns all groups of a realm. A subgroup is a group whose name is its path, such as `sales/emea`, because groups here are not nested. */
export function flattenGroups(groups: readonly KeycloakGroup[], parent = ''): readonly MovingGroup[] {
  return groups.flatMap((group) => {
    const path = groupPath(group, parent);
    return [{ path, name: path.replace(/^\//, '') }, ...flattenGroups(group.subGroups, path)];
  });
}
