/** The source of a value to compare: a path below `input`, or one of the given values (arguments, the key of a partial rule). */
export type Source =
  { readonly kind: 'input'; readonly path: readonly string[] } | { readonly kind: 'given'; readonly position: number };

interface PathNode {
  source: Source | undefined;
  readonly children: Map<string, PathNode>;
}

function pathNode(): PathNode {
  return { source: undefined, children: new Map() };
}

/** The set of distinct sources. Demands on the same source are recognized by the identity of the source. */
export class IndexSources {
  private readonly input = pathNode();
  private readonly positions = new Map<number, Source>();

  given(position: number): Source {
    let source = this.positions.get(position);
    if (source === undefined) {
      source = { kind: 'given', position };
      this.positions.set(position, source);
    }
    return source;
  }

  inputAt(path: readonly string[]): Source {
    let node = this.input;
    for (const name of path) {
      let child = node.children.get(name);
      if (child === undefined) {
        child = pathNode();
        node.children.set(name, child);
      }
      node = child;
    }
    return (node.source ??= { kind: 'input', path });
  }
}
