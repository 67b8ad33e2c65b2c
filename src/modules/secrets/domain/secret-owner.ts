/** Returns the owner of the sealed bytes of a version; sealing adds the tenant and its key. */
export function secretOwner(name: string, version: number): string {
  return `secrets/${name}/${version}`;
}
