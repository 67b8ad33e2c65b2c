import { LimitExceeded } from '../errors.js';
import { fromJson } from '../values/json.js';
import { TEMPLATE } from './template.js';
import { callWithJson, callWithValues, hurriedContext } from './testing/call-builtin.js';

const render = (template: string, data: unknown = {}): unknown =>
  callWithJson(TEMPLATE, 'strings.render_template', [template, data]);

describe('strings.render_template', () => {
  const data = {
    name: 'Ann',
    n: 3,
    list: ['a', 'b'],
    map: { y: 2, x: 1 },
    no: false,
    nothing: null,
    deep: { a: { b: 'c' } },
  };

  test.each([
    ['{{.name}} {{ .n }} {{.no}}', 'Ann 3 false'],
    ['{{.list}} {{.map}} {{.nothing}} {{.missing}}', '[a b] map[x:1 y:2] <no value> <undefined>'],
    ['{{.deep.a.b}} {{(index .list 1)}} {{(.deep).a.b}}', 'c b c'],
    ['a {{- 1 -}} b', 'a1b'],
    ['x{{/* note */}}y', 'xy'],
    ['{{if .no}}1{{else if eq .n 3}}2{{else}}3{{end}}', '2'],
    ['{{range $i, $v := .list}}{{$i}}={{$v}};{{end}}', '0=a;1=b;'],
    ['{{range .map}}{{.}}{{end}}', '12'],
    ['{{range .none}}x{{else}}empty{{end}}', 'empty'],
    ['{{range 3}}{{.}}{{end}}', '012'],
    ['{{range .list}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}', 'a'],
    ['{{with .deep}}{{.a.b}}{{$.name}}{{end}}', 'cAnn'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{$y := 3}}{{end}}{{$x}}', '2'],
    ['{{.name | printf "%s-%5s" "x" | len}}', '7'],
    ['{{printf "%d %s %q" .n .name "x"}}', '3 Ann "x"'],
    ['{{and .n .no}} {{or .no .name}} {{not .no}}', 'false Ann true'],
    ['{{eq .n 1 2 3}} {{ne .name "x"}} {{lt 1 2}} {{ge "b" "a"}}', 'true true true true'],
    ['{{print 1 2 "a" 3}}|{{println "a" 1}}', '1 2a3|a 1\n'],
    ['{{html "<a&b>"}} {{urlquery "a b&c"}} {{js "it\'s"}}', "&lt;a&amp;b&gt; a+b%26c it\\'s"],
    ['{{slice "abcd" 1 3}} {{index .map "x"}} {{len .map}}', 'bc 1 2'],
    ['{{define "t"}}[{{.}}]{{end}}{{template "t" .n}}{{block "u" .name}}<{{.}}>{{end}}', '[3]<Ann>'],
    ['{{`raw`}} {{\'a\'}} {{0x10}} {{1e3}} {{"\\u00e9\\n"}}', 'raw 97 16 1000 é\n'],
  ])('%s', (template, expected) => {
    expect(render(template, data)).toBe(expected);
  });

  test.each([
    ['{{', 'template: template:1: unclosed action'],
    ['a\n{{if .x}}', 'template: template:2: unexpected EOF'],
    ['{{end}}', 'template: template:1: unexpected {{end}}'],
    ['{{nope}}', 'template: template:1: function "nope" not defined'],
    ['{{.a.b}}', 'template: template:1: executing "template" at <.a.b>: nil pointer evaluating interface {}.b'],
    ['{{break}}', 'template: template:1: {{break}} outside {{range}}'],
    [
      '{{index "a" 5}}',
      'template: template:1: executing "template" at <index>: error calling index: index out of range: 5',
    ],
    [
      '{{lt 1 "a"}}',
      'template: template:1: executing "template" at <lt>: error calling lt: incompatible types for comparison',
    ],
    [
      '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}',
      'template: template:1: executing "template" at <{{template "a"}}>: exceeded maximum template depth',
    ],
  ])('%s fails', (template, message) => {
    expect(render(template)).toBe(`eval_builtin_error: ${message}`);
  });

  test.each(['{{range 1000000000}}{{end}}', '{{$x := "aaaaaaaa"}}{{range 1000}}{{$x = print $x $x}}{{end}}'])(
    '%s stops at a limit',
    (template) => {
      expect(() =>
        callWithValues(TEMPLATE, 'strings.render_template', [template, fromJson({})], hurriedContext()),
      ).toThrow(LimitExceeded);
    },
  );
});
