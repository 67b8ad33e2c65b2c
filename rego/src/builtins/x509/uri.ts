import { Buffer } from 'buffer';
import type { JsonObject } from './json-tree.js';

/** The members of Go's `url.URL`, which policies see in `URIs`. */
export interface Uri {
  readonly text: string;
  readonly host: string;
  readonly json: JsonObject;
}

type Parsed = { readonly ok: true; readonly uri: Uri } | { readonly ok: false; readonly fault: string };

const SCHEME_END = /^([A-Za-z][A-Za-z0-9+.-]*):/u;
const ALWAYS_PLAIN = /[A-Za-z0-9\-_.~$&+,/:;=@]/u;

/** Parses a URI from a certificate like Go's `url.Parse`. The text is ASCII. */
export function parseUri(raw: string): Parsed {
  if (/[\u0000-\u001f\u007f]/u.test(raw)) {
    return { ok: false, fault: 'net/url: invalid control character in URL' };
  }
  if (raw.startsWith(':')) {
    return { ok: false, fault: 'missing protocol scheme' };
  }
  const [withoutFragment, rawFragment] = cut(raw, '#');
  const scheme = SCHEME_END.exec(withoutFragment)?.[1] ?? '';
  const afterScheme = scheme === '' ? withoutFragment : withoutFragment.slice(scheme.length + 1);
  const [hierarchy, rawQuery, forceQuery] = splitQuery(afterScheme);
  const fragment = unescape(rawFragment);
  if (fragment === undefined) {
    return { ok: false, fault: 'invalid URL escape' };
  }
  const common = {
    Scheme: scheme.toLowerCase(),
    Opaque: '',
    User: null,
    Host: '',
    Path: '',
    Fragment: fragment,
    RawQuery: rawQuery,
    RawPath: '',
    RawFragment: escapeWith(fragment, "!()*'") === rawFragment ? '' : rawFragment,
    ForceQuery: forceQuery,
    OmitHost: false,
  };
  const text = scheme === '' ? raw : `${scheme.toLowerCase()}:${raw.slice(scheme.length + 1)}`;
  if (scheme !== '' && !hierarchy.startsWith('/')) {
    return { ok: true, uri: { text, host: '', json: { ...common, Opaque: hierarchy } } };
  }
  if (cut(hierarchy, '/')[0].includes(':')) {
    return { ok: false, fault: 'first path segment in URL cannot contain colon' };
  }
  return withAuthority(text, hierarchy, common);
}

function withAuthority(text: string, hierarchy: string, common: JsonObject): Parsed {
  const hasAuthority = hierarchy.startsWith('//') && (common['Scheme'] !== '' || !hierarchy.startsWith('///'));
  const slash = hierarchy.indexOf('/', 2);
  const authority = hasAuthority ? hierarchy.slice(2, slash < 0 ? hierarchy.length : slash) : '';
  const rawPath = hasAuthority ? (slash < 0 ? '' : hierarchy.slice(slash)) : hierarchy;
  const at = authority.lastIndexOf('@');
  const host = unescape(authority.slice(at + 1));
  const path = unescape(rawPath);
  if (host === undefined || path === undefined) {
    return { ok: false, fault: 'invalid URL escape' };
  }
  if (!/^(?:\[[0-9A-Fa-f:.%\w]*\]|[^:[\]]*)(?::\d*)?$/u.test(host) || /[ "<>\\^`{|}]/u.test(host)) {
    return { ok: false, fault: `invalid character or port in host name` };
  }
  const json = {
    ...common,
    User: at < 0 ? null : {},
    Host: host,
    Path: path,
    RawPath: escapeWith(path, '') === rawPath ? '' : rawPath,
    OmitHost: !hasAuthority && common['Scheme'] !== '' && hierarchy.startsWith('/'),
  };
  return { ok: true, uri: { text, host, json } };
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function splitQuery(text: string): readonly [string, string, boolean] {
  const at = text.indexOf('?');
  const isForced = at >= 0 && at === text.length - 1;
  const [before, query] = cut(text, '?');
  return [before, query, isForced];
}

function unescape(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/u.test(text)) {
    return undefined;
  }
  const bytes = text.replace(/%([0-9A-Fa-f]{2})/gu, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function escapeWith(text: string, alsoPlain: string): string {
  let escaped = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    const isPlain = ALWAYS_PLAIN.test(character) || alsoPlain.includes(character);
    escaped += isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}
