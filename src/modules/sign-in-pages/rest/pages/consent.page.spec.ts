import { type ConsentView, consentPage } from './consent.page';

const view: ConsentView = {
  language: 'en',
  brand: { name: 'Nordwind', logoUri: null, color: null },
  client: {
    clientId: 'app-crm',
    name: 'Harbor CRM',
    logoUri: null,
    policyUri: 'https://crm.example.com/privacy',
    firstParty: false,
    destination: 'crm.example.com',
    tenantId: 'tnt-a',
  },
  user: { displayName: 'Ada', email: 'ada@nordwind.example' },
  scopes: [
    { name: 'openid', description: 'ignored' },
    { name: 'contacts.read', description: 'Read contacts' },
    { name: 'bare', description: '' },
  ],
  resources: [],
  canRemember: true,
  request: 'client_id=app-crm',
  shown: 'shown-1',
  formToken: 'token',
  formTargets: [],
};
const textOf = (change: Partial<ConsentView>): string => consentPage({ ...view, ...change }).document.text;

describe('the consent page', () => {
  it('describes each scope: the standard ones in the reader’s language, others as declared', () => {
    const items = [...textOf({ language: 'de' }).matchAll(/<li>([^<]*)<\/li>/g)].map(([, text]) => text);
    expect(items).toEqual(['Wissen, dass Sie es sind', 'Read contacts', 'bare']);
    expect(textOf({ scopes: [] })).toContain('asks for nothing that you have not allowed before');
  });

  it('names the resources as they are, and nothing where there are none', () => {
    const text = textOf({ resources: ['https://api.example.com/<b>'] });
    expect(text).toContain('<li>https://api.example.com/&lt;b&gt;</li>');
    expect(textOf({})).not.toContain('id="resources"');
  });

  it('asks whether to remember only where it can be', () => {
    expect([textOf({}), textOf({ canRemember: false })].map((text) => text.includes('name="remember"'))).toEqual([
      true,
      false,
    ]);
  });

  it('has the refusing button first, so that a stray Enter agrees to nothing', () => {
    expect([...textOf({}).matchAll(/name="decision" value="(\w+)"/g)].map(([, value]) => value)).toEqual([
      'deny',
      'allow',
    ]);
  });

  it('shows logos by https only, and tells the policy of the page which', () => {
    const brand = { name: 'Nordwind', logoUri: 'https://cdn.nordwind.example/n.svg', color: null };
    const client = { ...view.client, logoUri: 'https://cdn.example.com/crm.png' };
    expect(consentPage({ ...view, brand, client }).images).toEqual([
      'https://cdn.example.com/crm.png',
      'https://cdn.nordwind.example/n.svg',
    ]);
    expect(textOf({ client: { ...client, logoUri: 'http://cdn.example.com/crm.png' } })).not.toContain('<img');
  });

  it('takes no name and no address of an app for HTML, and links no script', () => {
    const hostile = '"><img src=x onerror=alert(1)>';
    const client = { ...view.client, name: hostile, destination: hostile, policyUri: 'javascript:alert(1)' };
    const text = textOf({ client, user: { displayName: hostile, email: hostile } });
    expect(text).not.toContain('<img');
    expect(text).not.toContain('javascript:');
  });
});
