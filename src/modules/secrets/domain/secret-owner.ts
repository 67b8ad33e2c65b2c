/** Returns the owner of a version's sealed bytes; sealing adds the tenant and its key. */
export function secretOwner(name: string, version: number): string {
  return `secrets/${name}/${version}`;
}
