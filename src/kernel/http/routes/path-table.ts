interface Node<T> {
  readonly fixed: Map<string, Node<T>>;
  parameter: Node<T> | null;
  /** The value of a template whose last segment, `*name`, matches the rest of the path. */
  rest: T | undefined;
  value: T | undefined;
}

function newNode<T>(): Node<T> {
  return { fixed: new Map(), parameter: null, rest: undefined, value: undefined };
}

/**
 * A map from path templates, such as `/v1/users/:id` or `/scim/v2/*path`, to values. If several templates match a path, a fixed segment
 * takes precedence over a parameter, and a parameter over a wildcard. Paths are compared as sent: they are case-sensitive, and a trailing
 * slash matters.
 */
export class PathTable<T> {
  private readonly root = newNode<T>();
  /** Values of templates without parameters. Most requests match such a template and need only one lookup. */
  private readonly plain = new Map<string, T>();

  /** Returns the value for a template. `make` creates the value if the template does not have one yet. */
  at(template: string, make: () => T): T {
    let node = this.root;
    for (const segment of segmentsOf(template)) {
      if (segment.startsWith('*')) return (node.rest ??= make());
      node = segment.startsWith(':') ? (node.parameter ??= newNode()) : childOf(node, segment);
    }
    const value = (node.value ??= make());
    if (!/\/:/.test(template)) this.plain.set(template, value);
    return value;
  }

  /** Returns the value of the template that best matches a path; `null` if none matches. */
  find(path: string): T | null {
    return this.plain.get(path) ?? find(this.root, segmentsOf(path), 0) ?? null;
  }
}

function segmentsOf(path: string): readonly string[] {
  return path.slice(1).split('/');
}

function childOf<T>(node: Node<T>, segment: string): Node<T> {
  const child = node.fixed.get(segment) ?? newNode<T>();
  node.fixed.set(segment, child);
  return child;
}

function find<T>(node: Node<T>, segments: readonly string[], at: number): T | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.value;
  const child = node.fixed.get(segment);
  const byName = child && find(child, segments, at + 1);
  if (byName !== undefined) return byName;
  const byParameter = node.parameter && segment !== '' ? find(node.parameter, segments, at + 1) : undefined;
  return byParameter ?? node.rest;
}
