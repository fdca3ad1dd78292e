import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { contentPolicy, safetyHeaders } from './headers.ts';

const directives = (policy: string) => new Map(policy.split('; ').map((part) => [part.split(' ')[0], part]));

test('[WEB-2] the policy names what is allowed, and nothing inline, from elsewhere or by eval', () => {
  const policy = contentPolicy('chat.example:8443');
  const of = directives(policy);
  expect(of.get('default-src')).toBe("default-src 'none'");
  expect(of.get('script-src')).toBe("script-src 'self' 'wasm-unsafe-eval'");
  expect(of.get('style-src')).toBe("style-src 'self'");
  expect(of.get('connect-src')).toBe("connect-src 'self' wss://chat.example:8443");
  expect(contentPolicy('127.0.0.1:1', 'ws')).toContain("connect-src 'self' ws://127.0.0.1:1;");
  expect(of.get('trusted-types')).toBe('trusted-types sotto');
  expect(of.get('frame-src')).toBe('frame-src blob:');
  for (const forbidden of ["'unsafe-inline'", "'unsafe-eval'", 'http:', 'https:', '*', 'strict-dynamic'])
    expect(policy).not.toContain(forbidden);
  for (const whole of ['frame-ancestors', 'form-action', 'base-uri'])
    expect(of.get(whole)).toBe(`${whole} 'none'`);
});

test('[WEB-2] a Host that is no host adds nothing to the policy', () => {
  const plain = contentPolicy(null);
  const hostile = [
    "a; script-src 'unsafe-inline'",
    'a b',
    'a,b',
    '*',
    '*.example',
    'a/b',
    'a:b',
    '[::1',
    '',
    "'self'",
  ];
  for (const host of hostile) expect(contentPolicy(host)).toBe(plain);
  for (const host of ['[::1]:8443', '127.0.0.1:1', 'localhost'])
    expect(contentPolicy(host)).toBe(plain.replace("connect-src 'self'", `connect-src 'self' wss://${host}`));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (host) => {
      const more = contentPolicy(host);
      expect([...directives(more).keys()]).toEqual([...directives(plain).keys()]);
    }),
  );
});

test('[WEB-3] browsers are told to insist on TLS only where the certificate is vouched for', () => {
  const name = 'Strict-Transport-Security';
  expect(safetyHeaders({ host: null, insistOnTls: false })).not.toHaveProperty(name);
  expect(safetyHeaders({ host: null, insistOnTls: true })[name]).toMatch(/^max-age=\d{7,}$/);
});
