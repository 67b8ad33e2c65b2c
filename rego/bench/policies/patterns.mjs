export const title = '100 regular expressions, 40 globs and a sprintf';

export const policy = `package app.patterns

matching contains route.name if {
	some route in data.routes
	regex.match(route.pattern, input.path)
}

matching contains file.name if {
	some file in data.files
	glob.match(file.pattern, ["/"], input.path)
}

message := sprintf("%s %s: %d of %d", [input.method, input.path, count(matching), count(data.routes) + count(data.files)])

decision := {"names": sort(matching), "message": message}
`;

export const rule = 'data.app.patterns.decision';

const THINGS = ['invoice', 'customer', 'payment', 'ledger', 'user', 'report', 'order', 'basket', 'device', 'session'];
const SHAPES = [
  (name) => `^/v1/${name}s$`,
  (name) => `^/v1/${name}s/[0-9]+$`,
  (name) => `^/v1/${name}s/[0-9]+/(history|comments)$`,
  (name) => `^/v1/tenants/[a-z0-9-]+/${name}s(/[0-9a-f]{8})?$`,
  (name) => `^/v[12]/(public|internal)/${name}s/.+$`,
  (name) => `/${name}s/[^/]+/export\\.(csv|pdf)$`,
  (name) => `^/admin/${name}s?(/|$)`,
  (name) => `^/search\\?q=${name}(&page=\\d{1,4})?$`,
  (name) => `(^|/)${name}-[a-z]+-[0-9]{4}$`,
  (name) => `^/hooks/${name}\\.(created|updated|deleted)$`,
];
const FILES = [
  (name) => `/files/${name}s/*`,
  (name) => `/files/**/${name}.json`,
  (name) => `/static/{img,css}/${name}-*`,
  (name) => `/static/*/${name}s/[a-f]*.png`,
];
const each = (shapes, kind) =>
  THINGS.flatMap((name) => shapes.map((shape, index) => ({ name: `${name} ${kind} ${index}`, pattern: shape(name) })));

export const data = { routes: each(SHAPES, 'route'), files: each(FILES, 'file') };

const decision = (method, path, names) => [
  { method, path },
  { names, message: `${method} ${path}: ${names.length} of 140` },
];

export const decisions = [
  decision('GET', '/v1/invoices/4711', ['invoice route 1']),
  decision('POST', '/v1/tenants/acme-7/orders/0a1b2c3d', ['order route 3']),
  decision('GET', '/v2/internal/reports/2026/export.pdf', ['report route 4', 'report route 5']),
  decision('GET', '/files/devices/list', ['device file 0']),
  decision('GET', '/files/a/b/c/session.json', ['session file 1']),
  decision('GET', '/static/img/basket-large', ['basket file 2']),
  decision('GET', '/static/old/users/beef.png', ['user file 3']),
  decision('GET', '/nothing/of/that/kind', []),
];
