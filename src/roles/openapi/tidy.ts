import { type OpenApiDocument, operationsOf } from './document';
import { tagsOf } from './tags';

type Component = 'schemas' | 'responses' | 'headers' | 'securitySchemes';
const COMPONENTS: readonly Component[] = ['schemas', 'responses', 'headers'];

/** Returns the document in a fixed order, with only the components that it uses. */
export function tidy(document: OpenApiDocument): OpenApiDocument {
  const all = document.components ?? {};
  const used = usedIn(document);
  const components = Object.fromEntries(
    COMPONENTS.map((kind) => [kind, byName(pick<unknown>(all[kind] ?? {}, (name) => used.has(`${kind}/${name}`)))]),
  );
  const schemes = new Set(
    operationsOf(document.paths).flatMap(({ operation }) => (operation.security ?? []).flatMap(Object.keys)),
  );
  const securitySchemes = pick(all.securitySchemes ?? {}, (name) => schemes.has(name));
  return {
    ...document,
    tags: tagsOf(document),
    paths: byName(document.paths),
    components: { securitySchemes, ...components },
  };
}

/** Returns the components that the operations refer to, directly or indirectly, such as `schemas/Error`. */
function usedIn({ paths, components }: OpenApiDocument): ReadonlySet<string> {
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, kind = '', name = ''] of JSON.stringify(value).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
      if (used.has(`${kind}/${name}`)) continue;
      used.add(`${kind}/${name}`);
      visit(components?.[kind as Component]?.[name] ?? {});
    }
  };
  visit(paths);
  return used;
}

function pick<T>(record: Readonly<Record<string, T>>, isWanted: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => isWanted(name)));
}

function byName<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
