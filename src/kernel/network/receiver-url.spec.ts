import { urlFault } from './receiver-url';

const CLOSED = { mayBePrivate: false, mayBePlain: false };
const OPEN = { mayBePrivate: true, mayBePlain: true };

describe('the URL of a webhook', () => {
  it.each([
    ['https://hooks.example.com/in?x=1', CLOSED, null],
    ['http://hooks.example.com/', CLOSED, 'scheme_not_allowed'],
    ['https://127.0.0.1/', CLOSED, 'address_not_public'],
    ['https://[::1]/', CLOSED, 'address_not_public'],
    ['https://169.254.169.254/latest', CLOSED, 'address_not_public'],
    ['https://2130706433/', CLOSED, 'address_not_public'],
    ['https://metadata.internal/', CLOSED, 'name_not_public'],
    ['https://user:pass@hooks.example.com/', CLOSED, 'user_info'],
    ['ftp://hooks.example.com/', CLOSED, 'url_invalid'],
    ['hooks.example.com', CLOSED, 'url_invalid'],
    ['http://127.0.0.1:9000/', OPEN, null],
    ['http://169.254.169.254/latest/meta-data', OPEN, 'address_not_public'],
    ['http://2852039166/', OPEN, 'address_not_public'],
    ['http://[::ffff:a9fe:a9fe]/', OPEN, 'address_not_public'],
    ['https://hooks.example.com/', OPEN, null],
    ['https://printer.local/', OPEN, null],
    ['http://[::1]:9000/', OPEN, null],
    ['https://user@127.0.0.1/', OPEN, 'user_info'],
    ['https://:pass@127.0.0.1/', OPEN, 'user_info'],
    ['file:///etc/passwd', OPEN, 'url_invalid'],
    ['http://10.0.0.1/', { mayBePrivate: true, mayBePlain: false }, 'scheme_not_allowed'],
  ])('%s with %j has the fault %s', (url, rules, code) => {
    expect(urlFault(url, rules)?.code ?? null).toBe(code);
  });
});
