import { expect, test } from 'vitest';
import { AddressPool, formatIPv4, parseIPv4 } from '#sim/network/address-pool.ts';

test('addresses are read and written', () => {
  expect(parseIPv4('10.244.1.2')).toBe(((10 * 256 + 244) * 256 + 1) * 256 + 2);
  expect(formatIPv4(parseIPv4('192.0.2.255') ?? 0)).toBe('192.0.2.255');
  for (const text of ['10.0.0', '10.0.0.256', 'a.b.c.d', '']) {
    expect(parseIPv4(text)).toBeUndefined();
  }
});

test('addresses go on after the last one before any is used again', () => {
  const pool = new AddressPool('10.244.0.0/29');
  const taken = [pool.take(), pool.take(), pool.take()];
  expect(taken).toEqual(['10.244.0.2', '10.244.0.3', '10.244.0.4']);
  pool.release('10.244.0.2');
  expect([pool.take(), pool.take(), pool.take(), pool.take()]).toEqual([
    '10.244.0.5',
    '10.244.0.6',
    '10.244.0.2',
    undefined,
  ]);
});
