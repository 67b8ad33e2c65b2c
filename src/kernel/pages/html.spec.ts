import { Html, html } from './html';

describe('a template', () => {
  it('escapes its values in text and in quoted attributes', () => {
    const hostile = `<b title="x" id='y'>&\``;
    expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
      '<p title="&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;&#96;">&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;&#96;</p>',
    );
  });

  it('inserts templates unchanged, concatenates lists and omits false and null', () => {
    const items = ['a', '<'].map((item) => html`<li>${item}</li>`);
    expect(html`${items}${false}${null}${0}`.text).toBe('<li>a</li><li>&lt;</li>0');
  });

  it('also escapes text in a list', () => {
    expect(html`${['<', new Html('<br>')]}`.text).toBe('&lt;<br>');
  });
});
