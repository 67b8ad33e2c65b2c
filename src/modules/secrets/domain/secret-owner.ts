/** What the sealed bytes of a version belong to; the tenant and its key are added where they are sealed. */
export function secretOwner(name: string, version: number): string {
  return `secrets/${name}/${version}`;
}
