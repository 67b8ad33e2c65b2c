import type { Bindings, BoundTerm } from './bindings.js';
import { equalTerms } from './compare-terms.js';
import type { Eval, Next } from './eval.js';
import { isDocument } from './walk-terms.js';
import {
  entriesOfObject,
  isGround,
  itemsOfArray,
  itemsOfSet,
  memberOf,
  type PTerm,
  type RefTerm,
  valueTerm,
} from './terms.js';

/** Follows a reference through a document, and unifies the result with another term (OPA, topdown/eval.go, `evalTerm`). */
export class DocumentWalk {
  constructor(
    private readonly e: Eval,
    private readonly ref: readonly PTerm[],
    private readonly bindings: Bindings,
    private readonly other: BoundTerm,
  ) {}

  /** Continues at position `at` of the reference, in the document that the parts before it lead to. */
  from(document: BoundTerm, at: number, next: Next): void {
    const { e } = this;
    const part = this.ref[at];
    if (part === undefined) {
      e.unify(document.term, this.other.term, document.bindings, this.other.bindings, next);
      return;
    }
    const applied = document.bindings.apply(document.term);
    if (e.session.saveSet.contains(applied.term, applied.bindings)) {
      this.saveRest(applied, at, next);
      return;
    }
    const key = this.bindings.plug(part);
    if (isGround(key)) {
      this.atKey(applied, key, at, next);
    } else {
      this.enumerate(applied, part, at, next);
    }
  }

  private atKey(document: BoundTerm, key: PTerm, at: number, next: Next): void {
    const unknown = this.unknownBelow(key, at);
    if (unknown !== undefined) {
      this.e.saveUnify(unknown, this.other.term, this.bindings, this.other.bindings, next);
      return;
    }
    const member = memberAt(document, key);
    if (member !== undefined) {
      this.from(member, at + 1, next);
    }
  }

  private enumerate(document: BoundTerm, part: PTerm, at: number, next: Next): void {
    const { e, bindings } = this;
    const { term } = document;
    const keys =
      itemsOfArray(term)?.map((_, index) => valueTerm(index)) ??
      entriesOfObject(term)?.map(([key]) => key) ??
      itemsOfSet(term) ??
      [];
    for (const key of keys) {
      e.unify(key, part, document.bindings, bindings, () => {
        this.atKey(document, document.bindings.plug(key), at, next);
      });
    }
    this.enumerateUnknown(document, part, at, next);
  }

  /** Enumerates the keys of unknowns that are missing from the known document. */
  private enumerateUnknown(document: BoundTerm, part: PTerm, at: number, next: Next): void {
    const { e, bindings, other } = this;
    if (!this.isOfDocument()) {
      return;
    }
    const prefix = this.ref.slice(0, at).map((before) => bindings.plug(before));
    for (const key of e.session.saveSet.keysBelow(prefix)) {
      if (memberAt(document, key) !== undefined) {
        continue;
      }
      const rest = this.ref.slice(at + 1).map((after) => bindings.plug(after));
      const ref: RefTerm = { kind: 'ref', parts: [...prefix, key, ...rest] };
      if (e.session.saveSet.containsOverlapping(ref, bindings)) {
        e.unify(key, part, bindings, bindings, () => {
          e.saveUnify(ref, other.term, bindings, other.bindings, next);
        });
      }
    }
  }

  /** Returns the entire reference if this key leads to an unknown. */
  private unknownBelow(key: PTerm, at: number): PTerm | undefined {
    if (!this.isOfDocument()) {
      return undefined;
    }
    const parts = this.ref.map((part, index) => (index === at ? key : this.bindings.plug(part)));
    return this.e.session.saveSet.covers(parts.slice(0, at + 1)) ? { kind: 'ref', parts } : undefined;
  }

  private isOfDocument(): boolean {
    const [head] = this.ref;
    return head?.kind === 'var' && isDocument(head.name);
  }

  /** Binds the unknown document to a new variable, from which the rest of the reference continues. */
  private saveRest(document: BoundTerm, at: number, next: Next): void {
    const { e, bindings, other } = this;
    const head: PTerm = { kind: 'var', name: `$_ref_${e.session.nextVariableId()}_` };
    e.unify(document.term, head, document.bindings, bindings, () => {
      e.unify({ kind: 'ref', parts: [head, ...this.ref.slice(at)] }, other.term, bindings, other.bindings, next);
    });
  }
}

/** Returns the member of a document at a known key. */
function memberAt({ term, bindings }: BoundTerm, key: PTerm): BoundTerm | undefined {
  if (term.kind === 'value') {
    const member = key.kind === 'value' ? memberOf(term, key) : undefined;
    return member === undefined ? undefined : { term: member, bindings };
  }
  const items = itemsOfArray(term);
  if (items !== undefined) {
    const item = key.kind === 'value' && typeof key.value === 'number' ? items[key.value] : undefined;
    return item === undefined ? undefined : bindings.apply(item);
  }
  const entry = entriesOfObject(term)?.find(([known]) => equalTerms(bindings.plug(known), key));
  if (entry !== undefined) {
    return bindings.apply(entry[1]);
  }
  const element = itemsOfSet(term)?.find((item) => equalTerms(bindings.plug(item), key));
  return element === undefined ? undefined : bindings.apply(element);
}
